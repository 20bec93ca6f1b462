import type { AddressInfo } from 'node:net'

/**
 * The check is the mail server, over real SMTP. Four visitors sign up, in an order left to chance: nothing fails, the
 * folder cannot be made, the welcome email is refused, the mail to the admin is refused. A mail belongs to the signup
 * that its text names.
 */
import type { AnyElysia } from 'elysia'
import { createTransport } from 'nodemailer'
import { SMTPServer } from 'smtp-server'

import { runnerOf, subscribe } from '../../core'
import { comes, moment, shuffled } from '../kit/check/chance'
import { beginRun, type Exercise, judge, must } from '../kit/check/judge'

type Mail = { to: string; username: string; hadFolder: boolean }
type Trouble = 'none' | 'folder' | 'email' | 'admin'

/** What came of one signup. `early` and `known` are how many mails had come with the page, and at `idle()`. */
type Signup = {
  run: number
  status: number
  early: number
  known: number
  failures: number
  hasFolder: boolean
  mails: Mail[]
  welcome: Mail[]
  admin: Mail[]
}

const adminAddress = 'admin@workshop.test'

/** A refusal, as a server says it: no such mailbox. */
const refusal = Object.assign(new Error('no such mailbox'), { responseCode: 550 })

class MailServer {
  readonly inbox: Mail[] = []
  /** Addresses that get nothing. */
  refused: readonly string[] = []
  folders: ReadonlySet<string> = new Set()
  /** Folders that are being made. A mail waits for them: it is late, if that can help. */
  making = 0
  private sending = 0
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo: ({ address }, _session, answer) =>
      void this.pause().then(() => answer(this.refused.includes(address) ? refusal : undefined)),
    onData: (message, { envelope }, answer) =>
      void new Response(message as unknown as ReadableStream).text().then((text) => {
        this.keep(envelope.rcptTo[0]?.address ?? '', text)
        answer()
      }),
  })

  async listen(): Promise<void> {
    this.server.on('error', () => {})
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = this.server.server.address() as AddressInfo
    Bun.env.SMTP_PORT = String(port)
    Bun.env.ADMIN = adminAddress
    this.watchSenders()
  }

  /** Resolves when no mail is on its way, whoever sends it: a task, or somebody behind the back of the app. */
  async isQuiet(): Promise<void> {
    await comes(() => this.sending === 0, 2_000)
    await moment(1)
  }

  private watchSenders(): void {
    const sender = Object.getPrototypeOf(createTransport({})) as {
      sendMail: (mail: object) => Promise<unknown>
    }
    const send = sender.sendMail
    const track = (sent: Promise<unknown>) => {
      this.sending++
      return sent.finally(() => this.sending--)
    }
    sender.sendMail = function (mail) {
      return track(send.call(this, mail))
    }
  }

  private async pause(): Promise<void> {
    await moment(0, 25)
    await comes(() => this.making === 0, 2_000)
  }

  private keep(to: string, text: string): void {
    const username = /user\d+/.exec(text.slice(text.indexOf('\r\n\r\n')))?.[0] ?? ''
    this.inbox.push({ to, username, hadFolder: this.folders.has(username) })
  }
}

async function observe(exercise: Exercise) {
  console.log = console.error = console.warn = () => {}
  const server = new MailServer()
  await server.listen()
  Object.defineProperty(Bun, 'sleep', {
    value: async () => {
      server.making++
      await moment(5, 40)
      server.making--
    },
  })
  const app = await exercise.app()
  const { folders } = await exercise.load<{ folders: Set<string> }>('tasks.ts')
  server.folders = folders

  const signups = new Map<Trouble, Signup>()
  for (const trouble of shuffled(['none', 'folder', 'email', 'admin'] as const))
    signups.set(trouble, await signUp(app, server, folders, trouble, `user${signups.size}`))
  const loose = exercise.loose.splice(0).length
  const of = (trouble: Trouble) => signups.get(trouble)!
  return { all: [...signups.values()], loose, of }
}

async function signUp(
  app: AnyElysia,
  server: MailServer,
  folders: Set<string>,
  trouble: Trouble,
  username: string,
): Promise<Signup> {
  const email = `${username}@example.org`
  const mails = () => server.inbox.filter((mail) => mail.username === username)
  const to = (address: string) => mails().filter((mail) => mail.to === address)
  server.refused = { none: [], folder: [], email: [email], admin: [adminAddress] }[trouble]
  if (trouble === 'folder') folders.add(username) // the name is taken
  let failures = 0
  using _ = subscribe(({ status }) => void (failures += status === 'failed' ? 1 : 0))
  const body = new URLSearchParams({ username, email })

  const run = beginRun()
  const page = await app.handle(new Request('http://localhost/signup', { method: 'POST', body }))
  const early = mails().length
  await runnerOf(app).idle()
  const known = mails().length
  await server.isQuiet()
  // A mail that is no task may still come. Only a wrong answer takes the time.
  if (trouble !== 'admin') await comes(() => to(adminAddress).length > 0)
  return {
    run,
    status: page.status,
    early,
    known,
    failures,
    hasFolder: folders.has(username),
    mails: mails(),
    welcome: to(email),
    admin: to(adminAddress),
  }
}

const stopped = 'A failed task stops the ones behind it'

await judge(3, observe, {
  'Every visitor sees a success, and no mail leaves before the page.': ({ all }) => {
    for (const { run, status } of all)
      must(
        status === 200,
        'A visitor saw an error because a mail was refused. It was not sent after the page, but before it.',
        run,
      )
    for (const { run, early } of all)
      must(early === 0, 'A visitor waited for a mail: it had left before the page was there.', run)
  },
  'The email comes after its folder, and not at all without it.': ({ of }) => {
    const { run, hasFolder, welcome } = of('none')
    must(
      hasFolder && welcome.length === 1,
      'Nothing failed, and the visitor has no folder or not one welcome email.',
      run,
    )
    must(
      welcome.every(({ hadFolder }) => hadFolder),
      'The welcome email left before its folder was there.',
      run,
    )
    must(
      of('folder').welcome.length === 0,
      'The folder could not be made, and the welcome email left all the same. A task needs the ones before it in its list.',
      of('folder').run,
    )
  },
  'The admin hears of every signup, once.': ({ all, of }) => {
    for (const { run, admin } of all)
      must(admin.length < 2, 'The admin heard of one signup twice.', run)
    for (const [trouble, what] of [
      ['folder', 'The folder could not be made, and'],
      ['email', 'The welcome email was refused, and'],
      ['none', 'Nothing failed, and'],
    ] as const) {
      const why = trouble === 'none' ? '' : ` ${stopped}.`
      const { run, admin } = of(trouble)
      must(admin.length === 1, `${what} the admin never heard of the signup.${why}`, run)
    }
  },
  'An admin who cannot be reached costs nobody a folder.': ({ of }) => {
    const { run, hasFolder, welcome } = of('admin')
    must(
      hasFolder && welcome.length === 1,
      `The mail to the admin was refused, and the visitor got no folder and no welcome. ${stopped}, whoever needs them.`,
      run,
    )
  },
  'The app is told of what failed.': ({ all, loose, of }) => {
    const { run, failures } = of('admin')
    must(
      loose === 0 && all.every(({ known, mails }) => known === mails.length),
      'A mail to the admin left behind the back of the app: it is not one of its tasks, and when it fails nobody catches that.',
      run,
    )
    must(
      failures === 1,
      'The mail to the admin was refused, and the app believes that it was sent. An error that is caught and forgotten is a success.',
      run,
    )
  },
})
