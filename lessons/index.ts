/** The lessons, in order. Adding one is adding an entry, and a title. */
import { type LessonNumber, titles } from './titles'

/** A program of a lesson. */
export type LessonProcess = {
  name: string
  /** Where it listens, if it does: on the port that this variable of the environment names, or else on `port`. */
  variable?: string
  port?: number
  /** Where else it listens: the usual port of each variable. */
  also?: Readonly<Record<string, number>>
  /** What a browser finds there, if anything. */
  page?: string
  /** Whether it is started again when somebody kills it with -9. Any other end ends the lesson. */
  isRestarted?: boolean
  /** Spelled out for each: the bundler only takes along what it can read. */
  load: () => Promise<{ start: () => void | Promise<void> }>
}

/** The terminal, the lesson's README and the guide ask in the same words. */
export type Prediction = {
  question: string
  options: readonly string[]
  /** Which of the options is what happens, from 0. */
  answer: number
  /** Why, in one sentence: for those who have seen it happen. */
  because: string
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
  prediction: Prediction
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
    prediction: {
      question:
        'The task prints 0 to 4 and sleeps i seconds after printing i. When is the page there?',
      options: [
        'before the counter has reached 4',
        'when the counter is at 4',
        'ten seconds later, when the counter has ended',
      ],
      answer: 0,
      because:
        'A task starts when its response has left, so the page does not wait for any of the ten seconds.',
    },
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
    prediction: {
      question:
        'Three presses in one second. A task writes each answer under a key: the time in seconds. We get:',
      options: [
        'three rows, and three visitors see a success',
        'one row, and two visitors see an error',
        'one row, and three visitors see a success',
      ],
      answer: 2,
      because:
        'A table takes a key once, so two of the three tasks failed; by then, all three visitors had their answers.',
    },
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
    prediction: {
      question: 'The mail server refuses the welcome email. The visitor sees:',
      options: [
        'an error, and the admin hears nothing',
        'a success, and the admin hears of it',
        'a success, and the admin hears nothing',
      ],
      answer: 2,
      because:
        'The response has left before the first task starts, and a task that fails stops the ones behind it.',
    },
    processes: [
      {
        name: 'mail',
        variable: 'INBOX_PORT',
        port: 8025,
        also: { SMTP_PORT: 2525 },
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
    prediction: {
      question: 'A task computes for a second. Who waits?',
      options: ['the visitor who started it', 'the next visitor', 'nobody'],
      answer: 1,
      because:
        'The answer has left by then, but a task that computes holds the event loop, and nobody else is served until it is done.',
    },
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
    prediction: {
      question: 'We kill the program while 40 of 50 welcome emails wait. How many are lost?',
      options: ['none', '40', '50'],
      answer: 0,
      because:
        'A job is stored before we answer, so another life of the program finds it and runs it.',
    },
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
  {
    number: 6,
    slug: '06-notify',
    title: titles[6],
    minutes: 25,
    prediction: {
      question: 'Half of the mails have gone. A second tab is sent changes only. It shows first:',
      options: ['how it stands', 'the next change', 'all changes from the start'],
      answer: 1,
      because:
        'A stream carries what happens from now on, so who comes late sees nothing until the next change, and after the last one nothing at all.',
    },
    processes: [
      {
        name: 'mail',
        variable: 'INBOX_PORT',
        port: 8025,
        also: { SMTP_PORT: 2525 },
        page: 'the inbox',
        load: () => import('./06-notify/mail-catcher'),
      },
      {
        name: 'receiver',
        variable: 'RECEIVER_PORT',
        port: 8026,
        page: 'the receiver',
        load: () => import('./06-notify/receiver'),
      },
      {
        name: 'app',
        variable: 'PORT',
        port: 3000,
        page: 'the mailing',
        load: () => import('./06-notify/app'),
      },
    ],
    failures: [
      { label: 'Receiver down', down: 'receiver' },
      { label: 'Cut all connections', post: { process: 'app', path: '/cut' } },
      {
        label: 'Slow mail server',
        post: {
          process: 'mail',
          path: '/pace?milliseconds=10000',
          undo: '/pace?milliseconds=2000',
        },
      },
    ],
  },
]
