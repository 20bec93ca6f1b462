/** Background tasks for Bun and Elysia: the public names, nothing else. */
export type { AppRunner, BackgroundOptions } from './app-runner'
export { attach, background } from './background'
export {
  BackgroundAbortedError,
  BackgroundError,
  BackgroundRefusedError,
  BackgroundTaskError,
} from './errors'
export { BackgroundRunner, type DrainReport, runnerOf, type RunnerOptions } from './runner'
export { serve } from './workers/serve'
export { stopOnSignals, type ShutdownOptions } from './shutdown'
export { BackgroundTask, type IBackgroundTask, type TaskFunction } from './task'
export { BackgroundTasks } from './tasks'
export type { CallOptions } from './workers/call'
export {
  type CallEvent,
  channelName,
  type JobEvent,
  type RequestEvent,
  subscribe,
  type TaskEvent,
  type TaskStatus,
  type TracedRequest,
  type TracedTask,
  type TraceEvent,
  type TraceListeners,
  type WorkerEvent,
} from './trace'
export { WorkerError, WorkerRefusedError, WorkerTimeoutError } from './workers/errors'
export type { WorkerEnd } from './workers/messages'
export { workers, type WorkerFunctions, type Workers, type WorkersOptions } from './workers'
