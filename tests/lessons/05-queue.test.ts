/** Lesson 5 with its queue in a file: what is kept, what is lost, and what the page says of it. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'

import { freePorts, Program, startLesson } from '../support/program'
import { until } from '../support/until'
import {
  allDone,
  counts,
  env,
  mails,
  nothing,
  press,
  signUp,
  state,
  text,
  useFolder,
} from './queue/lesson'

setDefaultTimeout(60_000)
useFolder()

describe('With the queue in a file', () => {
  test('thirty signups are thirty mails, although the program is killed in the middle', async () => {
    await using lesson = await startLesson(5, env)
    const emails = Array.from({ length: 30 }, (_, number) => `${number}@example.org`)
    const answers = await Promise.all(emails.map((email) => signUp(lesson, 'ada', email)))
    expect(answers.map(({ status }) => status)).toEqual(emails.map(() => 200))

    await until('some mails are sent', async () => (await counts(lesson)).welcome.done >= 4)
    const answer = await press(lesson, '/kill')

    expect(answer).toMatch(/kill -9 \d+</)
    await lesson.says('app was killed (SIGKILL). It is started again.')
    const { welcome } = await allDone(lesson, 30)
    expect(welcome).toMatchObject({ taken: 30, lost: 0 })
    // What was in its hands, and nothing else.
    expect(welcome.twice).toBeGreaterThanOrEqual(1)
    expect(welcome.twice).toBeLessThanOrEqual(4)
    expect(lesson.output.match(/, run 2/g)).toHaveLength(welcome.twice)
    expect(mails('welcome')).toEqual(emails.toSorted())
  })

  test('what waits in memory is lost with the program, and counted', async () => {
    await using lesson = await startLesson(5, env)
    expect(await press(lesson, '/signups')).toBe('50 signups stored.')

    await until('a note is sent', async () => (await counts(lesson)).note.done >= 1)
    await press(lesson, '/kill')

    const { welcome, note } = await allDone(lesson, 50)
    expect(welcome).toMatchObject({ taken: 50, lost: 0 })
    expect(note.taken).toBe(50)
    expect(note.lost).toBeGreaterThan(0)
    expect(note.done + note.lost).toBe(50)
  })

  test('what waits at Ctrl-C is done by the next run, and what runs is finished', async () => {
    await using first = await startLesson(5, env)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await signUp(first, name, `${name}@example.org`)
    await until('some run', async () => (await state(first)).includes('status running'))
    first.signal('SIGINT')
    expect(await first.ended()).toBe(0)
    expect(first.complaints).toBe('')
    expect(mails('welcome').length).toBeGreaterThanOrEqual(1)

    await using second = await startLesson(5, env)

    const { welcome, note } = await allDone(second, 6)
    expect(welcome).toEqual({ ...nothing, taken: 6, done: 6 })
    expect(note).toEqual({ ...nothing, taken: 6, done: 6 })
  })

  test('one address is one job, however often it signs up', async () => {
    await using lesson = await startLesson(5, env)

    for (let time = 0; time < 3; time++) await signUp(lesson, 'ada', 'ada@example.org')

    const { welcome } = await allDone(lesson, 1)
    expect(welcome).toEqual({ ...nothing, taken: 1, done: 1 })
  })

  test('a job that fails every time is a dead letter, and another one when it is retried', async () => {
    await using lesson = await startLesson(5, env)
    await press(lesson, '/failing')
    await lesson.says('sendWelcomeEmail, attempt 5 of 5: 550 no such mailbox')
    const retry = await until('it is a dead letter', async () => {
      const page = await state(lesson)
      expect(page).toContain('550 no such mailbox')
      return /Dead letters.*attempts: 5.*hx-post="([^"]+)"/.exec(page)?.[1]
    })

    expect(await press(lesson, retry)).toBe('Five more attempts.')

    const lastAttempts = () => lesson.errors.match(/attempt 5 of 5/g)?.length
    await until('it has failed again', () => lastAttempts() === 2)
    await until('it is back', async () => (await state(lesson)).includes(retry))
    const { welcome } = await counts(lesson)
    expect(welcome).toEqual({ ...nothing, taken: 1, dead: 1 })
    expect(await press(lesson, '/retry?id=nothing')).toBe('It is gone.')
  })

  test('markup in a name is shown as text', async () => {
    await using lesson = await startLesson(5, env)
    const name = `<script>alert("x")</script>'`

    const answer = await (await signUp(lesson, name, `o'hara&co@example.org`)).text()

    await allDone(lesson, 1)
    for (const page of [answer, await state(lesson), await text(lesson.address)]) {
      expect(page).not.toContain('<script>alert')
      expect(page).toMatch(/&lt;script(>|&gt;)alert/)
    }
  })

  for (const [name, email] of [
    ['', 'ada@example.org'],
    ['ada', 'ada'],
    ['a'.repeat(41), 'ada@example.org'],
  ] as const)
    test(`what cannot be used is asked for again: ${JSON.stringify([name, email])}`, async () => {
      await using lesson = await startLesson(5, env)

      const answer = await signUp(lesson, name, email)

      expect(answer.status).toBe(422)
      expect(await answer.text()).toContain('We need a name and an email address.')
      expect((await counts(lesson)).welcome.taken).toBe(0)
    })

  test('there is no broker to stop and no dashboard, and the page offers neither', async () => {
    await using lesson = await startLesson(5, env)

    expect(await press(lesson, '/stop')).toContain('keeps the jobs itself, in a file')
    expect(await text(lesson.address)).not.toMatch(/dashboard|broker|Redis/)
    expect((await fetch(`${lesson.address}/board`)).status).toBe(404)
  })

  test('the numbers of a row add up at every moment, and start again from 0', async () => {
    await using lesson = await startLesson(5, env)
    await press(lesson, '/failing')
    await press(lesson, '/signups')

    await until('all is done, or a dead letter', async () => {
      const both = await counts(lesson)
      for (const { taken, toDo, done, dead, lost } of [both.welcome, both.note])
        expect(toDo + done + dead + lost).toBe(taken)
      return both.welcome.toDo + both.note.toDo === 0
    })
    expect(await counts(lesson)).toEqual({
      welcome: { ...nothing, taken: 51, done: 50, dead: 1 },
      note: { ...nothing, taken: 50, done: 50 },
    })

    expect(await press(lesson, '/reset')).toBe('Counted from 0 again.')
    expect(await counts(lesson)).toEqual({ welcome: nothing, note: nothing })
    expect(await state(lesson)).not.toContain('@bounce.test')
    await signUp(lesson, 'ada', 'ada@example.org')
    expect((await allDone(lesson, 1)).welcome).toEqual({ ...nothing, taken: 1, done: 1 })
  })

  test('a second copy says which process has the file', async () => {
    await using first = await startLesson(5, env)
    const [owner] = first.children
    await using second = new Program(['lessons/05-queue/app.tsx'], { ...freePorts(), ...env })

    expect(await second.ended()).toBe(1)
    expect(second.errors).toStartWith(`${env.QUEUE_FILE} is in use by process ${owner}.`)
    expect(second.errors).toEndWith('QUEUE_FILE names another file.\n')
    expect(second.errors).not.toContain('    at ')
  })
})
