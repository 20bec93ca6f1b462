/** Stores the jobs of a folder and runs them for a check, in a process that is killed at a chosen moment. */
import { join } from 'node:path'

import type { AnyElysia } from 'elysia'

import { consume, queue } from '../../../core/queue'
import { optionsApart } from './apart'
import { explain, isSlip } from './explain'
import { type KillPoint, Kills } from './kill-points'
import { type LaneMessage, tellLanes } from './lanes-apart'
import type { Problem } from './messages'

export type JobsOptions = {
  folder: string
  /** The name of the queue, and its file. */
  queue: string
  file: string
  /** What is pressed before any job runs. */
  presses: string[]
  kill: KillPoint
  /** The file whose writes count. */
  writesTo: string
}

/** What is left when no job waits or runs any more. `problem` is the first error, `slip` the first that nobody can mean. */
export type JobsEnd = {
  jobs: number
  failed: number
  writes: number
  problem?: Problem
  slip?: Problem
}

/** What the process tells. */
export type JobsMessage = LaneMessage | { end: JobsEnd }

const options = optionsApart() as JobsOptions
const { folder, file, presses } = options
const where = { file, url: null }
const { sleep } = Bun
const kills = new Kills(options.kill, options.writesTo)
let problem: Problem | undefined
let slip: Problem | undefined
const onError = ({ error }: { error: unknown }) => {
  problem ??= explain(error, folder)
  if (isSlip(error)) slip ??= explain(error, folder)
}
// What a page of an error says is in the terminal.
console.error = (...words: unknown[]) => {
  const error = words.find((word) => word instanceof Error)
  if (error) onError({ error })
}
tellLanes()
const tasks = (await import(join(folder, 'tasks.ts'))) as object
if (presses.length > 0) {
  const { app } = (await import(join(folder, 'app.tsx'))) as { app: AnyElysia }
  for (const path of presses)
    await app.handle(new Request(`http://localhost${path}`, { method: 'POST' }))
}

const jobs = queue(options.queue, where)
await consume(options.queue, tasks, { ...where, onError })
for (;;) {
  const { waiting, running, failed, succeeded } = await jobs.count()
  if (waiting + running === 0) {
    const counted = { jobs: failed + succeeded, failed, writes: kills.writes }
    const end: JobsEnd = { ...counted, ...(problem && { problem }), ...(slip && { slip }) }
    process.send?.({ end } satisfies JobsMessage)
    break
  }
  await sleep(5)
}
process.exit(0)
