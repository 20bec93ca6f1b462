/** What a visitor sees: the file for their system first, then all of them. */
import type { Offer } from './offers'
import { commandFor, offersFor } from './visitor'

const safeStyle = `
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
:root { color-scheme: light dark }
pre { padding: 0.75rem; border: 1px solid; border-radius: 0.25rem; white-space: pre-wrap; overflow-wrap: anywhere }
code { font-size: 0.9em; overflow-wrap: anywhere }
.file { font-size: 1.25rem; font-weight: bold }
`

/** Nothing is loaded from anywhere, and no script runs. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${new Bun.CryptoHasher('sha256').update(safeStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export async function sharePage(
  offers: readonly Offer[],
  userAgent: string,
  origin: string,
): Promise<string> {
  const fitting = offersFor(userAgent, offers)
  const others = offers.filter((offer) => !fitting.includes(offer))
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Background tasks: the workshop as one file</title>
        {/* Its hash is in the policy: it must stand there exactly so. */}
        <style>{safeStyle}</style>
      </head>
      <body>
        <main>
          <h1>Background tasks for Bun and Elysia</h1>
          <p>The whole workshop is one file. It needs no network and installs nothing.</p>
          {fitting.length === 0 ? (
            <p>This is for a laptop. Which of these is yours?</p>
          ) : (
            <h2>For this laptop</h2>
          )}
          {fitting.map((offer) => (
            <OneFile offer={offer} origin={origin} />
          ))}
          {fitting.length > 0 && others.length > 0 && <h2>For others</h2>}
          {others.map((offer) => (
            <OneFile offer={offer} origin={origin} />
          ))}
        </main>
      </body>
    </html>
  )
  return `<!doctype html>${await page}`
}

function OneFile({ offer, origin }: { offer: Offer; origin: string }): JSX.Element {
  const { target, size, sum } = offer
  const shell = target.name.startsWith('windows') ? 'In PowerShell' : 'In a terminal'
  return (
    <section>
      <p>
        <a class="file" href={`/${target.file}`} safe>
          {target.file}
        </a>{' '}
        <span safe>{`${target.system}, ${(size / 1_000_000).toFixed(0)} MB`}</span>
      </p>
      <p safe>{`${shell}, this fetches and starts it:`}</p>
      <pre>
        <code safe>{commandFor(offer, origin)}</code>
      </pre>
      <p>
        SHA-256: <code safe>{sum}</code>
      </p>
    </section>
  )
}
