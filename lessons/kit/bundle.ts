/** What goes into the binary, and the licences of all that. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { name, version } from '../../package.json'
import { copyrights } from './copyrights'
import { workspacePackages } from './eject/pack'

const root = join(import.meta.dir, '../..')

export const bundle = {
  entrypoints: [
    join(import.meta.dir, 'kit.ts'),
    // A worker is loaded by its path: no import tells the bundler of it.
    ...new Bun.Glob('lessons/*/*worker.ts').scanSync({ cwd: root, absolute: true }),
  ],
  // It looks for its pages where its packages are: there are none beside a binary.
  external: ['@bull-board/*'],
  // A task is shown by the name of its function, which Bun 1.4.5 shortens with the identifiers even under keepNames.
  minify: { whitespace: true, syntax: true, identifiers: false, keepNames: true },
  format: 'esm',
  target: 'bun',
} satisfies Bun.BuildConfig

/** Bun links these into every binary. The first is the notice in its documentation, the others are named there. */
const notices = ['bun', 'LGPL-2', 'LGPL-2.1', 'Apache-2.0']

/** The licence of the kit, of each package that the bundler takes in or a workspace has, and of Bun. Throws for one without a text. */
export async function collectLicences(): Promise<string> {
  const external = [...bundle.external, '*.tar.zst']
  const { metafile } = await Bun.build({ ...bundle, external, metafile: true })
  const inputs = Object.keys(metafile?.inputs ?? {}).map((path) => resolve(path))
  const folders = new Set([...packagesOf(inputs), ...(await workspacePackages())])
  const packages = await Promise.all([...folders].sort().map(licencesOf))
  const [bun = '', ...others] = await Promise.all(
    notices.map((file) => Bun.file(join(import.meta.dir, `notices/${file}.txt`)).text()),
  )
  return [
    await Bun.file(join(root, 'LICENSE')).text(),
    `${name} ${version} is MIT, as above. In it are Bun ${Bun.version} and these packages:`,
    packages.map(({ title }) => `  ${title}`).join('\n'),
    'Their licences and notices follow.',
    ...packages.map(({ title, text }) => section(title, text)),
    section(`Bun ${Bun.version}`, bun.replace(/^---.*?---/s, '')),
    ...others.map((text, index) => section(`Named above: ${notices[index + 1]}`, text)),
  ].join('\n\n')
}

function section(title: string, text: string): string {
  return `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${text.trim()}`
}

/** The folders of the packages that these files are from. */
export function packagesOf(files: readonly string[]): string[] {
  const folders = files.map((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort()
}

const licence = /^(licen[cs]e|copying)/i
const notice = /^(notice|copyright|third.?party)/i

/** What has to be passed on with the package in this folder. */
export async function licencesOf(folder: string): Promise<{ title: string; text: string }> {
  const manifest = (await Bun.file(join(folder, 'package.json')).json()) as Manifest
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`
  const copyright = copyrights[manifest.name]
  if (copyright && manifest.license === 'MIT') return { title, text: await mitOf(copyright) }
  const files = readdirSync(folder).filter((file) => licence.test(file) || notice.test(file))
  if (!files.some((file) => licence.test(file)))
    throw new Error(
      `${title} has no file with its licence in ${folder}, and may not be passed on without. Take another version or another package.`,
    )
  const texts = files.sort().map(async (file) => (await Bun.file(join(folder, file)).text()).trim())
  return { title, text: (await Promise.all(texts)).join('\n\n') }
}

/** Our own licence is MIT: its text is theirs, but for the line that says whose it is. */
async function mitOf(copyright: string): Promise<string> {
  const text = await Bun.file(join(root, 'LICENSE')).text()
  return text.replace(/^Copyright .*$/m, copyright)
}

type Manifest = { name: string; version: string; license?: string }
