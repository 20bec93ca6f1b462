/** What `kit lesson` draws in the terminal. */
import { expect, setDefaultTimeout, test } from 'bun:test'

import { freePorts, lessonVerb, Program } from '../support/program'

setDefaultTimeout(30_000)

/** Lesson 3, in which a first task has failed. */
async function signedUp(...flags: string[]) {
  const ports = freePorts()
  const lesson = new Program([...lessonVerb, '3', ...flags], ports)
  await lesson.says('Ctrl-C stops everything.')
  const body = new URLSearchParams({ username: 'Ada', email: 'ada@bounce.test' })
  await fetch(`http://127.0.0.1:${ports.PORT}/signup`, { method: 'POST', body })
  await lesson.says('sendWelcomeEmail failed')
  return lesson
}

test('a request and its tasks are drawn, between whole lines', async () => {
  await using lesson = await signedUp('--lanes')

  await lesson.says('stopped by sendWelcomeEmail')

  expect(lesson.output).toMatch(/^request +POST \/signup +\|.* 200 /m)
  expect(lesson.output).toMatch(/^task +sendWelcomeEmail +\|.*✗ [\d,]+ ms/m)
  expect(lesson.output).toMatch(/^task +notifyAdmin +\|.*never started$/m)
  lesson.signal('SIGINT')
  expect(await lesson.ended()).toBe(0)
})

for (const flags of [[], ['--no-lanes']])
  test(`nothing is drawn where output goes to a file: ${flags.join('') || 'no flag'}`, async () => {
    await using lesson = await signedUp(...flags)

    lesson.signal('SIGINT')

    expect(await lesson.ended()).toBe(0)
    expect(lesson.output).not.toContain('POST /signup')
  })
