/**
 * What the processes of a lesson tell about their requests, tasks, workers and jobs, and what is recorded of it.
 * All of it is JSON. All times are milliseconds since 1970 with a fraction: the processes share one clock.
 */

/** A place in a source file: its path from the project's root, and the line, from 1. */
export type Place = { file: string; line: number }

/** What one process of a lesson tells. */
export type ProcessEvent =
  | RequestEvent
  | {
      type: 'task'
      at: number
      id: number
      status: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
      name: string
      /** With 'waiting' only, as is `place`. */
      args?: string
      /** The id of the request that has added it. */
      request?: number
      place?: Place
      /** One line. */
      error?: string
    }
  | { type: 'worker'; at: number; id: number; status: 'started' | 'ended'; error?: string }
  | {
      type: 'call'
      at: number
      id: number
      worker: number
      name: string
      status: 'running' | 'succeeded' | 'failed'
      error?: string
    }
  | {
      type: 'job'
      at: number
      id: string
      name: string
      queue: string
      status: 'stored' | 'running' | 'succeeded' | 'failed'
      /** A job that has failed with an attempt below `attempts` will be tried again. */
      attempt?: number
      attempts?: number
      error?: string
    }
  /** Its event loop has turned all the time in between. */
  | { type: 'alive'; from: number; to: number }
  /** Its event loop has not turned in between. */
  | { type: 'hole'; from: number; to: number }

type RequestEvent =
  | {
      type: 'request'
      at: number
      id: number
      status: 'arrived'
      method: string
      path: string
      /** The page asks for this again and again. */
      poll?: true
    }
  /** The handler has answered with this HTTP status. */
  | { type: 'request'; at: number; id: number; status: 'answered'; code: number }
  /** The last byte has left. */
  | { type: 'request'; at: number; id: number; status: 'sent' }

/** What the runner of a lesson says itself. */
export type ParentEvent =
  | {
      type: 'process'
      at: number
      status: 'started' | 'ready' | 'stopped' | 'killed' | 'ended'
      /** For people: 'app is ready', 'app was killed (SIGKILL)'. */
      text: string
    }
  /** Somebody has made something fail, or has ended that: 'mail server down'. */
  | { type: 'flag'; at: number; text: string }
  | { type: 'clear'; at: number }

/**
 * As recorded: numbered from 1 without a gap. `process` is its name in the manifest. The ids of requests, tasks, workers
 * and calls are unique in one life of a process: 'process started' begins a new one.
 */
export type LaneEvent = { n: number; process: string } & (ProcessEvent | ParentEvent)
