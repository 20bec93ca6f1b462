/**
 * `bun run build`: the lessons and all that they need as one file, which runs without Bun, packages or a network.
 *
 *     bun run build                          dist/kit, for this machine
 *     bun run build linux-arm64 windows-x64  dist/kit-linux-arm64 and dist/kit-windows-x64.exe, with SHA256SUMS
 *     bun run build --all                    one for each system
 */
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'

import { bundle, collectLicences } from './bundle'
import { packWorkspace } from './eject/pack'
import { lanesScript } from './guide/lanes-script'
import { readSources } from './guide/read-sources'
import { beginAgain, ensureInstalled } from './installed'
import { sumsFile, type Target, targets } from './targets'
import { readTextsOfLessons } from './texts'

if (await ensureInstalled('everything')) await beginAgain()

const dist = join(import.meta.dir, '../../dist')
const wanted = chosenTargets()
const licences = await collectLicences().catch(({ message }: Error) => giveUp(message))
const define = {
  LICENCES: JSON.stringify(licences),
  LANES_SCRIPT: JSON.stringify(await lanesScript()),
  LESSON_TEXTS: JSON.stringify(JSON.stringify(readTextsOfLessons())),
  SOURCES: JSON.stringify(JSON.stringify(readSources())),
}
// Ten seconds for a megabyte less, where it is downloaded.
await packWorkspace(join(dist, 'workspace.tar.zst'), wanted.length > 0 ? 19 : undefined)

if (wanted.length === 0) {
  const file = await compile('kit')
  console.log(`\nNext: ${file.startsWith('.') ? file : `./${file}`} lesson 1`)
} else {
  for (const target of wanted) await compile(target.file, target)
  await Bun.write(join(dist, sumsFile), await sums())
  console.log(`${relative(process.cwd(), join(dist, sumsFile))}: their sums.`)
}

/** Resolves with the path of the file from here. */
async function compile(name: string, target?: Target): Promise<string> {
  const began = performance.now()
  const outfile = join(dist, name)
  await Bun.build({
    ...bundle,
    define,
    compile: {
      outfile,
      ...(target && { target: target.compile }),
      // It runs in folders of other people: what is configured there is not meant for it.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    bytecode: true,
  }).catch((error: Error) => giveUp(`${name} could not be built: ${error.message}`))
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const megabytes = (Bun.file(outfile).size / 1_000_000).toFixed(1)
  const file = relative(process.cwd(), outfile)
  console.log(`${file}: ${megabytes} MB, built in ${seconds} s.`)
  return file
}

function chosenTargets(): readonly Target[] {
  const { values, positionals } = parseArgs({
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if (values.all) return targets
  return positionals.map((name) => {
    const names = targets.map((target) => target.name).join(', ')
    return (
      targets.find((target) => target.name === name) ??
      giveUp(`There is no target ${name}. There are ${names}, and --all.`, 2)
    )
  })
}

async function sums(): Promise<string> {
  const lines = wanted.map(async ({ file }) => {
    const hasher = new Bun.CryptoHasher('sha256')
    for await (const chunk of Bun.file(join(dist, file)).stream()) hasher.update(chunk)
    return `${hasher.digest('hex')}  ${file}\n`
  })
  return (await Promise.all(lines)).join('')
}

function giveUp(sentence: string, code = 1): never {
  console.error(sentence)
  process.exit(code)
}
