/** `bun run build`: the lessons and all that they need as one file, which runs without Bun, packages or a network. */
import { join, relative } from 'node:path'

import { ensureInstalled } from './installed'

await ensureInstalled('everything')
const { packWorkspace } = await import('./eject/pack')

const root = join(import.meta.dir, '../..')
const outfile = join(root, 'dist/kit')
const began = performance.now()

// A worker is loaded by its path: no import tells the bundler of it.
const workers = new Bun.Glob('lessons/*/*worker.ts').scanSync({ cwd: root, absolute: true })

await packWorkspace(join(root, 'dist/workspace.tar.zst'))
await Bun.build({
  entrypoints: [join(import.meta.dir, 'kit.ts'), ...workers],
  // It looks for its pages where its packages are: there are none beside a binary.
  external: ['@bull-board/*'],
  compile: {
    outfile,
    // It runs in folders of other people: what is configured there is not meant for it.
    autoloadDotenv: false,
    autoloadBunfig: false,
  },
  // A task is shown by the name of its function, which Bun 1.4.5 shortens with the identifiers even under keepNames.
  minify: { whitespace: true, syntax: true, identifiers: false, keepNames: true },
  bytecode: true,
  format: 'esm',
  target: 'bun',
})

const seconds = ((performance.now() - began) / 1000).toFixed(1)
const megabytes = (Bun.file(outfile).size / 1_000_000).toFixed(1)
const file = relative(process.cwd(), outfile)
console.log(`${file}: ${megabytes} MB, built in ${seconds} s.`)
console.log(`\nNext: ${file.startsWith('.') ? file : `./${file}`} lesson 1`)
