/**
 * Finds the module of a worker by the URL that its user writes, from source and in a compiled binary alike.
 *
 * In a binary `import.meta.url` is the same in every module, so that a URL made from it has lost its folder; and an
 * embedded module is named by its path from the common root of all entrypoints, with `.js` in the place of `.ts`.
 * Therefore the embedded modules are searched for one whose path ends as the URL does. Its name must be its own in the
 * binary, or the URL must name its folder too: `new URL('../images/worker.ts', import.meta.url)`.
 */
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the modules of a compiled binary are: `/$bunfs/root`, on Windows `B:\~BUN\root`. */
const embedded = Bun.isStandaloneExecutable
  ? /^.*?(?:\$bunfs|~BUN)[\\/]root/.exec(import.meta.dir)?.[0]
  : undefined

/** The path to load the worker from. Throws where there is none, or more than one. */
export function locate(url: URL): string {
  const path = fileURLToPath(url)
  if (embedded) return locateEmbedded(path, embedded)
  // After a bundler, what is written as worker.ts is there as worker.js.
  for (const candidate of [path, asScript(path)]) if (existsSync(candidate)) return candidate
  throw new Error(`There is no worker at ${path}. Write new URL('./worker.ts', import.meta.url).`)
}

function locateEmbedded(path: string, root: string): string {
  const modules = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((module) => module.replaceAll('\\', '/'))
    .filter((module) => module.endsWith('.js'))
  const wanted = asScript(path)
    .replaceAll('\\', '/')
    .replace(/^.*?(?:\$bunfs|~BUN)\/(?:root\/)?/, '')
  const names = wanted.split('/')
  // The longest first. The common root may lie in the middle of what the URL names.
  for (let skipped = 0; skipped < names.length; skipped++) {
    const name = names.slice(skipped).join('/')
    const found = modules.filter((module) => module === name || module.endsWith(`/${name}`))
    if (found.length === 1) return `${root}/${found[0]}`
    if (found.length > 1)
      throw new Error(
        `${found.length} modules of this binary are called ${name}: ${found.join(', ')}. Give the worker a name of its own, or name its folder: new URL('../folder/worker.ts', import.meta.url).`,
      )
  }
  throw new Error(
    `The worker ${wanted} is not in this binary, which has ${modules.join(', ') || 'no module but its own'}. Name its file when you build: bun build --compile main.ts path/to/worker.ts.`,
  )
}

function asScript(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '.js')
}
