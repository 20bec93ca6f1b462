/** `kit licences`: whoever passes the binary on passes these on with it. binary.cut.ts asks the binary itself. */
import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { bundle, collectLicences, licencesOf, packagesOf } from '../../lessons/kit/bundle'
import { dependencies } from '../../package.json'
import { Program } from '../support/program'

const root = join(import.meta.dir, '../..')
const folder = mkdtempSync(join(tmpdir(), 'licences-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function makePackage(name: string, files: Record<string, string>): Promise<string> {
  const path = join(folder, 'node_modules', name)
  mkdirSync(path, { recursive: true })
  const manifest = JSON.stringify({ name, version: '1.2.3', license: 'MIT' })
  await Bun.write(join(path, 'package.json'), manifest)
  for (const [file, text] of Object.entries(files)) await Bun.write(join(path, file), text)
  return path
}

for (const verb of ['licences', 'licenses'])
  test(`kit ${verb} prints the licence of the kit, of Bun and of what Bun links`, async () => {
    const kit = new Program(['lessons/kit/kit.ts', verb])

    expect(await kit.ended()).toBe(0)
    expect(kit.output).toStartWith(await Bun.file(join(root, 'LICENSE')).text())
    expect(kit.output).toContain(`Bun ${Bun.version}`)
    expect(kit.output).toContain(
      'Bun statically links JavaScriptCore (and WebKit), which is LGPL-2',
    )
    expect(kit.output).toContain('GNU LIBRARY GENERAL PUBLIC LICENSE')
    expect(kit.output).toContain('GNU LESSER GENERAL PUBLIC LICENSE')
    expect(kit.output).toContain('Apache License')
    expect(kit.errors).toBe('')
  })

test('each package that the bundler takes in is named, with its text', async () => {
  // Asked in another way than the kit asks: of the map from the bundle to its sources.
  const { outputs } = await Bun.build({
    ...bundle,
    // Made by a build only.
    external: [...bundle.external, '*.tar.zst'],
    outdir: folder,
    sourcemap: 'external',
  })
  const maps = outputs.filter(({ kind }) => kind === 'sourcemap')
  const sources = await Promise.all(
    maps.map(async (map) => ((await map.json()) as { sources: string[] }).sources),
  )
  const packages = packagesOf(sources.flat().map((path) => resolve(folder, path)))
  const text = await collectLicences()

  expect(packages.length).toBeGreaterThan(30)
  for (const path of packages) {
    const { title, text: own } = await licencesOf(path)
    expect(text).toContain(`\n  ${title}\n`)
    expect(text).toContain(`${title}\n${'='.repeat(80)}\n\n${own}`)
  }
  for (const name of Object.keys(dependencies))
    expect([name, text.includes(`\n  ${name} `)]).toEqual([name, true])
})

test('licences and notices are both taken, whatever their files are called', async () => {
  const path = await makePackage('@some/thing', {
    'license-MIT.md': 'Take it.',
    NOTICE: 'Made by Ada.',
    'README.md': 'Hello.',
  })

  expect(await licencesOf(path)).toEqual({
    title: '@some/thing 1.2.3 (MIT)',
    text: 'Made by Ada.\n\nTake it.',
  })
})

test('a package without the text of its licence is refused with a sentence', async () => {
  const path = await makePackage('bare', { NOTICE: 'Made by nobody.' })

  const refusal: unknown = await licencesOf(path).catch((error: unknown) => error)

  expect(refusal).toMatchObject({
    message: expect.stringContaining(
      `bare 1.2.3 (MIT) has no file with its licence in ${path}, and may not be passed on without.`,
    ),
  })
})

test('files of one package are one package, and those of the kit are none', () => {
  expect(
    packagesOf([
      '/kit/core/index.ts',
      '/kit/node_modules/ms/index.js',
      '/kit/node_modules/@a/b/lib/c.js',
      '/kit/node_modules/@a/b/d.js',
      '/kit/node_modules/ms/node_modules/@a/b/d.js',
    ]),
  ).toEqual([
    '/kit/node_modules/@a/b',
    '/kit/node_modules/ms',
    '/kit/node_modules/ms/node_modules/@a/b',
  ])
})

test('the notice of Bun is the one of the Bun that this is made for', async () => {
  const types = join(root, 'node_modules/bun-types')
  const { version } = (await Bun.file(join(types, 'package.json')).json()) as { version: string }

  expect(version).toBe(Bun.version)
  expect(await Bun.file(join(root, 'lessons/kit/notices/bun.txt')).text()).toBe(
    await Bun.file(join(types, 'docs/project/license.mdx')).text(),
  )
})
