/** Visitors of lesson 2's exercise press its button, and a service answers that a check holds in its hands. */
import type { AnyElysia } from 'elysia'

import { runnerOf, subscribe } from '../../../core'
import { must } from './broken'
import { comes } from './chance'
import { beginRun } from './lanes'
import { firstTime, type Kind, type SlowService } from './slow-service'

type Row = { id: number; answered: number | null; status: string; note: string }
export type Store = { list: () => Row[] }

/** All are pressed, then the service answers. Resolves with what has become of each press. */
export async function pressAll(
  app: AnyElysia,
  store: Store,
  service: SlowService,
  kinds: readonly Kind[],
) {
  let failed = 0
  let ended = 0
  using _ = subscribe(({ status }) => {
    if (status === 'failed') failed++
    if (!/waiting|running/.test(status)) ended++
  })
  service.begin(kinds)
  const answers: { run: number; status: number }[] = []
  while (answers.length < kinds.length) answers.push(await press(app, service))
  // What was answered with an error has asked nobody.
  const most = answers.every(({ status }) => status === 200) ? 2_000 : 0
  await comes(() => service.questions.length === kinds.length, most)
  const early = ended
  const ids = store
    .list()
    .slice(0, kinds.length)
    .map(({ id }) => id)
  await service.answerAll()
  const silent = kinds.filter((kind) => kind === 'silent').length
  await comes(() => ended >= kinds.length - silent, most)
  service.losePatience()
  await runnerOf(app).idle()
  const presses = answers.map((answer, index) => {
    const row = store.list().find(({ id }) => id === ids.at(-1 - index))
    must(row !== undefined, 'A press has no row.', answer.run)
    return { ...answer, row, time: firstTime + index }
  })
  const of = (kind: Kind) => presses[kinds.indexOf(kind)] ?? presses[0]!
  return { presses, early, failed, error: of('error'), silent: of('silent') }
}

/** The visitor has a page before the service has answered anybody. */
async function press(app: AnyElysia, service: SlowService) {
  const run = beginRun()
  const asked = service.questions.length
  const page = app.handle(new Request('http://localhost/submit', { method: 'POST' }))
  let isThere = false
  const arrives = page.then(() => (isThere = true))
  // Whoever waits for the service has asked it, and gets no page however long he waits.
  await Promise.race([arrives, comes(() => service.questions.length > asked, 4_000)])
  await Promise.race([arrives, comes(() => isThere)])
  const sentence =
    'The visitor waited for the slow service: no page was there before it had answered.'
  must(isThere, sentence, run)
  return { run, status: (await page).status }
}
