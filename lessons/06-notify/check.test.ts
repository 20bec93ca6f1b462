/**
 * Visitors read the stream while mails go: from the start, in the middle, with an old Last-Event-ID, after the end, and
 * ten while a mail may go between any two lines of the handler. How many mails there are, and which are refused, is left
 * to chance.
 */
import type { AnyElysia } from 'elysia'

import { between, moment } from '../kit/check/chance'
import { beginRun, type Exercise, judge, must } from '../kit/check/judge'

type Change = { id: number; sent: number; refused: number; left: number }
type Mailing = {
  now: () => Change
  begin: (count: number) => void
  step: (isRefused: boolean) => void
}

/** One visitor of /events, and what the stream has shown. */
class Visitor {
  readonly run = beginRun()
  readonly seen: Change[] = []
  status = 0
  isOver = false

  constructor(app: AnyElysia, headers: Record<string, string> = {}) {
    void this.read(app, headers)
  }

  get last(): Change | undefined {
    return this.seen.at(-1)
  }

  private async read(app: AnyElysia, headers: Record<string, string>) {
    const answer = await app.handle(new Request('http://localhost/events', { headers }))
    this.status = answer.status
    const decoder = new TextDecoder()
    let text = ''
    for await (const part of answer.body ?? []) {
      text += typeof part === 'string' ? part : decoder.decode(part, { stream: true })
      const messages = text.split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) this.take(message)
    }
    this.isOver = true
  }

  private take(message: string) {
    const data = /^data: ?(.*)$/m.exec(message)?.[1]
    if (data) this.seen.push(JSON.parse(data) as Change)
  }
}

async function observe(exercise: Exercise) {
  const errors: string[] = []
  console.log = () => {}
  console.warn = console.error = (...words: unknown[]) =>
    void errors.push(words.map((word) => (word instanceof Error ? word.message : word)).join(' '))
  Object.defineProperty(Bun, 'sleep', { value: () => moment(0, 5) })
  const app = await exercise.app()
  const mailing = await exercise.load<Mailing>('mailing.ts')
  const step = () => mailing.step(between(1, 7) === 1)
  const count = between(55, 70)
  const amidst = 30

  const first = new Visitor(app)
  await settle()
  mailing.begin(count)
  while (mailing.now().left > amidst) {
    step()
    await turn()
  }
  await settle()
  const late = new Visitor(app)
  await settle()
  const half = { truth: mailing.now(), seen: late.seen[0] }
  const back = new Visitor(app, { 'last-event-id': String(between(3, 9)) })
  await settle()
  // As fast as the event loop turns: a mail may go between two lines of the handler.
  const amid: Visitor[] = []
  for (let mail = 0; mail < amidst; mail++) {
    if (mail % 3 === 0) amid.push(new Visitor(app))
    await new Promise<void>((next) => (mail % 6 < 3 ? queueMicrotask(next) : setImmediate(next)))
    step()
  }
  await settle()
  const after = new Visitor(app)
  await settle()
  return { errors, first, late, half, back, amid, after, end: mailing.now() }
}

await judge(6, observe, {
  'Who is there from the start sees every change.': ({ errors, first, end }) => {
    const { run, seen, status } = first
    must(errors.length === 0, `The stream breaks off: ${errors[0]}`, run)
    must(status === 200, `GET /events is answered with ${status}, not with a stream.`, run)
    const changes = seen.filter(({ id }) => id > 0).length
    must(
      changes >= end.id,
      `A visitor who was there from the start saw ${changes} of ${end.id} changes.`,
      run,
    )
  },
  'Who comes late sees at once how it stands.': ({ half: { seen, truth }, late: { run } }) => {
    must(
      seen !== undefined,
      'Half of the mails had gone, and a visitor who came then saw nothing.',
      run,
    )
    must(
      isSame(seen, truth),
      `${gone(truth)} mails had gone, and the first thing a late visitor saw was ${gone(seen)}. Only the latest changes are kept.`,
      run,
    )
  },
  'Nobody is shown a number twice, and none goes back.': ({ late, back, amid }) => {
    for (const { run, seen } of [late, back, ...amid])
      must(
        seen.every(({ id }, index) => index === 0 || id > seen[index - 1]!.id),
        'The numbers went back: a visitor was shown again what was seen before.',
        run,
      )
  },
  'No change is left out.': ({ late, amid }) => {
    for (const { run, seen } of [late, ...amid])
      must(
        seen.every(({ id }, index) => index === 0 || id === seen[index - 1]!.id + 1),
        'A mail went while a late visitor was shown how it stands, and the change after that never came.',
        run,
      )
  },
  'Everybody ends with the true numbers, and the stream ends.': ({ end, after, ...others }) => {
    const { first, late, back, amid } = others
    must(
      isSame(after.last, end),
      'All was sent, and a visitor who came then saw nothing.',
      after.run,
    )
    for (const { run, last } of [first, late, back, ...amid])
      must(isSame(last, end), 'A visitor does not end with the true numbers.', run)
    for (const { run, isOver } of [first, after])
      must(isOver, 'All was sent, and the stream goes on for ever.', run)
  },
})

function isSame(seen: Change | undefined, truth: Change): boolean {
  return seen?.sent === truth.sent && seen.refused === truth.refused && seen.left === truth.left
}

function gone({ sent, refused }: Change): number {
  return sent + refused
}

function turn(): Promise<void> {
  return new Promise((next) => {
    setImmediate(next)
  })
}

/** What is in the streams is read: many turns of the event loop, in which nothing new happens. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 50; turns++) await turn()
  await moment(2)
}
