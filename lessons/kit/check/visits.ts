/**
 * Visitors read the stream while mails go: from the start, in the middle, with an old Last-Event-ID, after the end, and
 * ten while a mail may go between any two lines of the handler. How many mails there are, and which are refused, is left
 * to chance.
 */
import type { AnyElysia } from 'elysia'

import { between, moment } from './chance'
import { type Change, Visitor } from './visitor'

export type Mailing = {
  now: () => Change
  begin: (count: number) => void
  step: (isRefused: boolean) => void
}

export async function visitWhileMailing(app: AnyElysia, mailing: Mailing) {
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
  const back = new Visitor(app, { 'last-event-id': String(between(3, 9)) })
  await settle()
  const [truth, seen, isFirstOver] = [mailing.now(), late.seen[0], first.isOver]
  const half = { truth, seen, isFirstOver, back: back.seen[0] }
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
  return { first, late, half, back, amid, after, end: mailing.now() }
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
