/** Background tasks for Bun and Elysia: the public names, nothing else. */
export { background, runnerOf, type AppRunner, type BackgroundOptions } from './background'
export {
  BackgroundAbortedError,
  BackgroundError,
  BackgroundRefusedError,
  BackgroundTaskError,
} from './errors'
export { BackgroundRunner, type DrainReport, type RunnerOptions } from './runner'
export { stopOnSignals, type ShutdownOptions } from './shutdown'
export { BackgroundTask, type IBackgroundTask, type TaskFunction, type TaskStatus } from './task'
export { BackgroundTasks } from './tasks'
export { channelName, subscribe, type TaskEvent, type TracedTask } from './trace'
