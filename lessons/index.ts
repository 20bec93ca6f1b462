/** The lessons, in order. Adding one is adding an entry, and a title. */
import { type LessonNumber, titles } from './titles'

/** A program of a lesson. */
export type LessonProcess = {
  name: string
  /** Where it listens, if it does: on the port that this variable of the environment names, or else on `port`. */
  variable?: string
  port?: number
  /** What a browser finds there, if anything. */
  page?: string
  /** Whether it is started again when somebody kills it with -9. Any other end ends the lesson. */
  isRestarted?: boolean
  /** Spelled out for each: the bundler only takes along what it can read. */
  load: () => Promise<{ start: () => void | Promise<void> }>
}

/** What can be made to fail at the press of a button. */
export type Failure = {
  label: string
} & (
  | {
      /** The process that is stopped; the next press starts it again. */
      down: string
    }
  | {
      /** A POST to a route of that process. With `undo`, the failure stays until the next press, which posts there. */
      post: { process: string; path: string; undo?: string }
    }
)

export type Lesson = {
  number: LessonNumber
  slug: string
  title: string
  minutes: number
  /** What to guess before looking. */
  predict: string
  /** Started in this order, stopped in the opposite one. */
  processes: readonly LessonProcess[]
  failures?: readonly Failure[]
}

export const lessons: readonly Lesson[] = [
  {
    number: 1,
    slug: '01-simple-counter',
    title: titles[1],
    minutes: 20,
    predict: 'When is the page there: before the counter starts, at 4, or when it has ended?',
    processes: [
      {
        name: 'app',
        variable: 'PORT',
        port: 3000,
        page: 'the page',
        load: () => import('./01-simple-counter/app'),
      },
    ],
  },
  {
    number: 2,
    slug: '02-slow-api',
    title: titles[2],
    minutes: 30,
    predict: 'We press the button three times in one second. How many rows: one, two or three?',
    processes: [
      {
        name: 'slow-api',
        variable: 'SLOW_PORT',
        port: 8123,
        load: () => import('./02-slow-api/slow-api'),
      },
      {
        name: 'app',
        variable: 'PORT',
        port: 3000,
        page: 'the dashboard',
        load: () => import('./02-slow-api/app'),
      },
    ],
    failures: [
      {
        label: 'Service takes 10 s',
        // And a little: whoever waits for 10 s has given up by then.
        post: { process: 'slow-api', path: '/answer?delay=10500', undo: '/answer?delay=3000' },
      },
      {
        label: 'Service answers 500',
        post: { process: 'slow-api', path: '/answer?status=500', undo: '/answer?status=200' },
      },
      { label: 'Service down', down: 'slow-api' },
    ],
  },
  {
    number: 3,
    slug: '03-ordered-tasks',
    title: titles[3],
    minutes: 25,
    predict:
      'The first email is refused. What does the visitor see, and does the second one leave?',
    processes: [
      {
        name: 'mail',
        variable: 'INBOX_PORT',
        port: 8025,
        page: 'the inbox',
        load: () => import('./03-ordered-tasks/mail-catcher'),
      },
      {
        name: 'app',
        variable: 'PORT',
        port: 3000,
        page: 'the signup form',
        load: () => import('./03-ordered-tasks/app'),
      },
    ],
    failures: [{ label: 'Mail server down', down: 'mail' }],
  },
  {
    number: 4,
    slug: '04-workers',
    title: titles[4],
    minutes: 35,
    predict:
      'A task computes for a second. Who waits: the visitor who started it, the next, or nobody?',
    processes: [
      {
        name: 'app',
        variable: 'PORT',
        port: 3000,
        page: 'the page with the ping',
        load: () => import('./04-workers/app'),
      },
    ],
    failures: [{ label: 'Crash a worker', post: { process: 'app', path: '/crash' } }],
  },
  {
    number: 5,
    slug: '05-queue',
    title: titles[5],
    minutes: 25,
    predict: 'kill -9, and 40 of 50 emails are not sent yet. How many are lost: 0, 40 or 50?',
    processes: [
      // With Redis, jobs are run by processes of their own. Without it, by the app.
      ...(Bun.env.REDIS_URL ? ['consumer-1', 'consumer-2'] : []).map((name) => ({
        name,
        isRestarted: true,
        load: () => import('./05-queue/consumer'),
      })),
      {
        name: 'app',
        variable: 'PORT',
        port: 3000,
        page: 'the signup form',
        isRestarted: true,
        load: () => import('./05-queue/app'),
      },
    ],
    failures: [
      { label: 'kill -9 a consumer', post: { process: 'app', path: '/kill' } },
      // The file of a queue without Redis is part of the app: it cannot be stopped alone.
      ...(Bun.env.REDIS_URL
        ? [{ label: 'Stop the broker', post: { process: 'app', path: '/stop' } }]
        : []),
    ],
  },
]
