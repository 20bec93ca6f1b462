/**
 * What the exercises promise: each start file runs and is not solved, each solution and each other right answer passes,
 * and each tempting wrong answer hears its own sentence. A lesson comes in by its folder.
 */
import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { lessons } from '../../lessons'
import { runCheck } from '../../lessons/kit/check/check'
import { freePorts, Program } from '../support/program'

const root = join(import.meta.dir, '../../lessons')
const withExercise = lessons.filter(({ slug }) => existsSync(join(root, slug, 'check.test.ts')))

describe.each(withExercise)('lesson $number', ({ number, slug }) => {
  const wrong = foldersIn(slug, 'wrong')
  const right = foldersIn(slug, 'right')
  const judge = (...path: string[]) => runCheck(number, join(root, slug, ...path))

  test('there are five wrong answers, two other right ones, and a sentence for each', async () => {
    const sentences = await sentencesOf(slug)

    expect(wrong.length).toBeGreaterThanOrEqual(5)
    expect(right.length).toBeGreaterThanOrEqual(2)
    expect([...sentences.keys()].sort()).toEqual(['start', ...wrong].sort())
    expect(new Set(sentences.values()).size).toBeGreaterThanOrEqual(5)
  })

  test('the exercise is not solved yet, and says so', async () => {
    const { broken, of } = await judge('start')

    expect(broken?.sentence).toMatch(await sentenceFor(slug, 'start'))
    expect(of).toBeGreaterThan(1)
  })

  test('the start can be run, in its own folder, too', async () => {
    for (const [cwd, file] of [
      [join(root, '..'), join('lessons', slug, 'start/app.tsx')],
      [join(root, slug, 'start'), 'app.tsx'],
    ] as const) {
      await using app = new Program([file], freePorts(), { executable: process.execPath, cwd })

      await app.says('Ready at http://127.0.0.1:')

      app.signal('SIGKILL') // asked to stop, it would wait for its tasks
    }
  })

  test('the solution passes', async () => {
    const { broken, passed, of } = await judge('solution')

    expect(broken).toBeUndefined()
    expect(passed).toHaveLength(of)
  })

  test.each(right)('%s passes, too', async (folder) => {
    expect((await judge('right', folder)).broken).toBeUndefined()
  })

  test.each(wrong)('%s hears its own sentence', async (folder) => {
    const { broken } = await judge('wrong', folder)

    expect(broken?.sentence).toMatch(await sentenceFor(slug, folder))
  })

  test('its files are as narrow as a projector, and a solution has the files of its exercise', async () => {
    for (const folder of ['start', 'solution']) {
      const files = readdirSync(join(root, slug, folder)).filter((name) => /\.tsx?$/.test(name))
      for (const file of files) {
        const lines = (await Bun.file(join(root, slug, folder, file)).text()).trimEnd().split('\n')
        expect([file, lines.length <= 80]).toEqual([file, true])
        expect(lines.filter((line) => line.length > 72)).toEqual([])
      }
    }
    expect(readdirSync(join(root, slug, 'solution'))).toEqual(
      readdirSync(join(root, slug, 'start')).filter((name) => name !== 'bunfig.toml'),
    )
  })

  test('the exercise says what to reach; the solution has no mark left', async () => {
    const marks = async (folder: string) => {
      const files = readdirSync(join(root, slug, folder)).map((file) =>
        Bun.file(join(root, slug, folder, file)).text(),
      )
      return [...(await Promise.all(files)).join('\n').matchAll(/TODO \d/g)].map(([mark]) => mark)
    }

    const numbers = await marks('start')
    expect(numbers).toEqual(['TODO 1', 'TODO 2', 'TODO 3'].slice(0, numbers.length))
    expect(numbers).not.toEqual([])
    expect(await marks('solution')).toEqual([])
  })

  test('it has three hints', async () => {
    const hints = await Bun.file(join(root, slug, 'hints.md')).text()

    expect(hints.match(/^## .*$/gm)).toEqual(['## 1', '## 2', '## 3'])
  })
})

function foldersIn(slug: string, kind: string): string[] {
  return readdirSync(join(root, slug, kind), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** From the table in wrong/README.md: a folder, why people write that, and the sentence, with … for what varies. */
async function sentencesOf(slug: string): Promise<Map<string, string>> {
  const text = await Bun.file(join(root, slug, 'wrong/README.md')).text()
  const rows = [...text.matchAll(/^\| `([\w-]+)` +\|.*\| (.*?) +\|$/gm)]
  return new Map(rows.map(([, folder = '', sentence = '']) => [folder, sentence]))
}

async function sentenceFor(slug: string, folder: string): Promise<RegExp> {
  const sentence = (await sentencesOf(slug)).get(folder) ?? ''
  return new RegExp(
    `^${sentence
      .split('…')
      .map((part) => RegExp.escape(part))
      .join('.+')}$`,
    's',
  )
}
