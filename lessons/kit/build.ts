/** `bun run build`: the lessons and all that they need as one file, which runs without Bun, packages or a network. */
import { join, relative } from 'node:path'

import { bundle, collectLicences } from './bundle'
import { lanesScript } from './guide/lanes-script'
import { readSources } from './guide/read-sources'
import { ensureInstalled } from './installed'
import { readTextsOfLessons } from './texts'

await ensureInstalled('lessons')

const outfile = join(import.meta.dir, '../../dist/kit')
const began = performance.now()
const licences = await collectLicences().catch(({ message }: Error) => {
  console.error(message)
  process.exit(1)
})

await Bun.build({
  ...bundle,
  define: {
    LICENCES: JSON.stringify(licences),
    LANES_SCRIPT: JSON.stringify(await lanesScript()),
    LESSON_TEXTS: JSON.stringify(JSON.stringify(readTextsOfLessons())),
    SOURCES: JSON.stringify(JSON.stringify(readSources())),
  },
  compile: {
    outfile,
    // It runs in folders of other people: what is configured there is not meant for it.
    autoloadDotenv: false,
    autoloadBunfig: false,
  },
  bytecode: true,
})

const seconds = ((performance.now() - began) / 1000).toFixed(1)
const megabytes = (Bun.file(outfile).size / 1_000_000).toFixed(1)
const file = relative(process.cwd(), outfile)
console.log(`${file}: ${megabytes} MB, built in ${seconds} s.`)
console.log(`\nNext: ${file.startsWith('.') ? file : `./${file}`} lesson 1`)
