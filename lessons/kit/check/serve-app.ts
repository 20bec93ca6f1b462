/** Serves the app of a folder for a check, in a process of its own, and tells what becomes of its tasks. */
import { join } from 'node:path'

import type { AnyElysia } from 'elysia'

import { runnerOf, subscribe } from '../../../core'
import { watchAdded } from './added'
import { optionsApart } from './apart'
import { explain, explainTask, isSlip } from './explain'
import { tellLanes } from './lanes-apart'
import type { AppMessage } from './served-app'

const { folder } = optionsApart() as { folder: string }
const tell = (message: AppMessage) => void process.send?.(message)

// What a page of an error says is in the terminal.
console.error = (...words: unknown[]) => {
  const error = words.find((word) => word instanceof Error)
  if (error) tell({ problem: explain(error, folder) })
}
const { app } = (await import(join(folder, 'app.tsx'))) as { app: AnyElysia }
tellLanes()
const placeOf = watchAdded(folder)
subscribe(({ at, status, task }) => {
  const failure = status === 'failed' && {
    problem: explainTask(task.error, folder, placeOf(task)),
    isSlip: isSlip(task.error),
  }
  tell({ change: { at: performance.timeOrigin + at, status, ...failure } })
})
process.on('message', () => {
  void runnerOf(app)
    .idle()
    .then(() => tell({ isIdle: true }))
})
app.listen({ hostname: '127.0.0.1', port: 0, reusePort: false })
tell({ port: app.server?.port ?? 0 })
