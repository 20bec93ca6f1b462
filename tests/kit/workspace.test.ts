/** What becomes of a folder that a workspace is written into: shown with three files, and this Bun in place of the kit. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { findWorkspace } from '../../lessons/kit/eject/find'
import { writeWorkspace } from '../../lessons/kit/eject/write'

let parent = ''
let folder = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'workspace-'))
  folder = join(parent, 'one')
})
afterEach(() => rmSync(parent, { recursive: true }))

const first = { 'lessons/kit/kit.ts': 'kit 1', 'lessons/a.ts': 'a 1', 'core/b.ts': 'b 1' }
const second = { ...first, 'lessons/a.ts': 'a 2', 'core/c.ts': 'c 2' }

const write = (files: Record<string, string>, isForced = false) =>
  writeWorkspace(folder, new Map(Object.entries(files)), { isForced })
const read = (path: string) => readFileSync(join(folder, path), 'utf8')
const edit = (path: string, text: string) => writeFileSync(join(folder, path), text)

test('a newer kit replaces what nobody has edited, and adds what is new', async () => {
  expect(await write(first)).toMatchObject({ isNew: true, count: 3 })

  const written = await write(second)

  expect(written).toEqual({ isNew: false, count: 2, untouched: [], kept: [] })
  expect([read('lessons/a.ts'), read('core/c.ts')]).toEqual(['a 2', 'c 2'])
})

test('what was edited stays, also when the newer kit has the same file in another way', async () => {
  await write(first)
  edit('lessons/a.ts', 'mine')

  expect((await write(second)).untouched).toEqual(['lessons/a.ts'])
  expect((await write(second)).untouched).toEqual(['lessons/a.ts'])
  expect(read('lessons/a.ts')).toBe('mine')
})

test('each forced copy has a name of its own', async () => {
  await write(first)
  for (const [text, copy] of [
    ['mine', 'lessons/a.ts.kept-1'],
    ['mine again', 'lessons/a.ts.kept-2'],
  ] as const) {
    edit('lessons/a.ts', text)
    expect((await write(first, true)).kept).toEqual([copy])
    expect([read('lessons/a.ts'), read(copy)]).toEqual(['a 1', text])
  }
})

test('an empty folder, and one with nothing but the kit, become a workspace', async () => {
  mkdirSync(folder)
  expect((await write(first)).count).toBe(3)
  expect(readdirSync(folder).sort()).toEqual(['.kit', 'core', 'kit', 'lessons'])

  for (const name of ['.kit', 'core', 'lessons']) rmSync(join(folder, name), { recursive: true })
  const { execPath } = process
  process.execPath = join(folder, 'kit') // a copy, where this Bun is on another disk
  const again = await write(first).finally(() => (process.execPath = execPath))
  expect(again.count).toBe(3)
})

test('a folder with other things is refused; forced, they are kept', async () => {
  mkdirSync(join(folder, 'core'), { recursive: true })
  edit('core/b.ts', 'theirs')

  expect(write(first)).rejects.toThrow(
    `${folder} is no workspace, and other things are in it: core.`,
  )
  expect(await write(first, true)).toMatchObject({ kept: ['core/b.ts.kept-1'] })
  expect(read('core/b.ts.kept-1')).toBe('theirs')
})

test('nothing is written through a link, and a link in the place of a file is left', async () => {
  await write(first)
  const outside = join(parent, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'a.ts'), 'outside')
  rmSync(join(folder, 'lessons/a.ts'))
  symlinkSync(join(outside, 'a.ts'), join(folder, 'lessons/a.ts'))

  expect((await write(second)).untouched).toEqual(['lessons/a.ts'])
  expect((await write(second, true)).kept).toEqual(['lessons/a.ts.kept-1'])
  expect(readFileSync(join(outside, 'a.ts'), 'utf8')).toBe('outside')

  rmSync(join(folder, 'core'), { recursive: true })
  symlinkSync(outside, join(folder, 'core'))
  expect(write(second, true)).rejects.toThrow('Expected a folder at core, got a link.')
  expect(readdirSync(outside)).toEqual(['a.ts'])
})

test('a manifest that was cut off counts all that differs as edited', async () => {
  await write(first)
  edit('.kit/manifest.json', '{"kit"')
  edit('lessons/a.ts', 'mine')

  expect(await write(second)).toMatchObject({ count: 1, untouched: ['lessons/a.ts'] })
})

test('while somebody else writes, nothing is done', async () => {
  const claimed = join(parent, '.one.ejecting')
  mkdirSync(claimed)
  expect(write(first)).rejects.toThrow('(it began a moment ago). Wait until it has ended.')

  writeFileSync(join(claimed, 'pid'), String(process.pid))
  expect(write(first)).rejects.toThrow(`(process ${process.pid}). Wait until it has ended.`)
  expect(existsSync(folder)).toBe(false)

  // No system has a process of that number.
  writeFileSync(join(claimed, 'pid'), '999999999')
  expect((await write(first)).isNew).toBe(true)
})

test('a workspace is found from every folder in it, and from the one above', async () => {
  folder = join(parent, 'workshop')
  expect(findWorkspace(parent)).toBeUndefined()
  await write(first)

  for (const from of [parent, folder, join(folder, 'lessons/kit')])
    expect(findWorkspace(from)).toBe(folder)
})
