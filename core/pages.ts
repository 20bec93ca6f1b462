/**
 * Elysia hands an imported `index.html` to Bun, which bundles it, as long as no plugin looks at requests. Where one does,
 * the visitor would get `{}` and nobody would know why.
 */
import type { AnyElysia } from 'elysia'

/** Names the routes of `app` that are pages and are not served as such, with what to do about it. */
export function warnOfPages(app: AnyElysia): void {
  for (const { path, handler } of app.routes as readonly { path: string; handler: unknown }[])
    if (isPage(handler) && !(path in (app.config.serve?.routes ?? {})))
      console.warn(
        `[background] ${path} is an imported page that Elysia does not give to Bun where a plugin looks at requests. ` +
          `Give it yourself: new Elysia({ serve: { routes: { '${path}': page } } }).`,
      )
}

function isPage(handler: unknown): boolean {
  return Object.prototype.toString.call(handler) === '[object HTMLBundle]'
}
