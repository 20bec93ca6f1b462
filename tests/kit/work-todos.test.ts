/** What `kit work` says of what is to do. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'

import { lessons } from '../../lessons'
import { todosIn } from '../../lessons/kit/work/todos'

const root = join(import.meta.dir, '../../lessons')

test('the first sentence of each, however many lines it takes, with or without a step in front', () => {
  const todos = todosIn(`
    // TODO 1: one line. And more.
    const a = 1
    // 2. A step that is done.
    // 3. TODO 2: a sentence
    //    of two lines.
    // 4. TODO 3: another
    // TODO 4: the last`)

  expect(todos).toEqual([
    { line: 2, todo: 'TODO 1: one line.' },
    { line: 5, todo: 'TODO 2: a sentence of two lines.' },
    { line: 7, todo: 'TODO 3: another' },
    { line: 8, todo: 'TODO 4: the last' },
  ])
})

test.each(lessons)('in lesson $number, each is a whole sentence', async ({ slug }) => {
  const files = [...new Bun.Glob('*.{ts,tsx}').scanSync(join(root, slug, 'start'))]
  const texts = await Promise.all(
    files.map((file) => Bun.file(join(root, slug, 'start', file)).text()),
  )

  const todos = texts.flatMap((text) => todosIn(text).map(({ todo }) => todo))

  expect(todos.length).toBe(texts.join('\n').match(/TODO \d/g)!.length)
  expect(todos.filter((todo) => !/^TODO \d: .*\.$/.test(todo))).toEqual([])
})
