/** Background tasks for Bun and Elysia: the public names, nothing else. */
export { type AppRunner, type BackgroundOptions, runnerOf } from './app-runner'
export { background } from './background'
export { BackgroundAbortedError, BackgroundError, BackgroundRefusedError } from './errors'
export type { DrainReport } from './log'
export { BackgroundRunner, type RunnerOptions } from './runner'
export { serve } from './workers/serve'
export { stopOnSignals, type ShutdownOptions } from './shutdown'
export {
  BackgroundTask,
  BackgroundTaskError,
  type IBackgroundTask,
  type TaskFunction,
} from './task'
export { BackgroundTasks } from './tasks'
export type { CallOptions } from './workers/call'
export { channelName, subscribe, type TaskEvent, type TaskStatus, type TracedTask } from './trace'
export { WorkerError, WorkerRefusedError, WorkerTimeoutError } from './workers/errors'
export type { WorkerEnd } from './workers/messages'
export { workers, type WorkerFunctions, type Workers, type WorkersOptions } from './workers'
