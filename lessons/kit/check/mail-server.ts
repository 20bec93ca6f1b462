/** The mail server of lesson 3, in the hands of its check, over real SMTP. A mail belongs to the signup that its text names. */
import type { AddressInfo } from 'node:net'

import { createTransport } from 'nodemailer'
import { SMTPServer } from 'smtp-server'

import { comes, moment } from './chance'

type Letter = { to: string }
export type Mail = { to: string; username: string; hadFolder: boolean }

export const adminAddress = 'admin@workshop.test'

/** A refusal, as a server says it: no such mailbox. */
const refusal = Object.assign(new Error('no such mailbox'), { responseCode: 550 })

export class MailServer {
  readonly inbox: Mail[] = []
  /** Addresses that get nothing. */
  refused: readonly string[] = []
  folders: ReadonlySet<string> = new Set()
  /** To whom a mail was sent while a folder was still being made. */
  readonly hasty = new Set<string>()
  /** Folders that are being made. A mail waits for them: it is late, if that can help. */
  private making = 0
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
    this.watchFolders()
  }

  /** Resolves when no mail is on its way, whoever sends it: a task, or somebody behind the back of the app. */
  async isQuiet(): Promise<void> {
    await comes(() => this.sending === 0, 2_000)
    await moment(1)
  }

  private watchSenders(): void {
    const sender = Object.getPrototypeOf(createTransport({})) as {
      sendMail: (mail: Letter) => Promise<unknown>
    }
    const send = sender.sendMail
    const track = (sent: Promise<unknown>, { to }: Letter) => {
      this.sending++
      if (this.making > 0) this.hasty.add(to)
      return sent.finally(() => this.sending--)
    }
    sender.sendMail = function (mail) {
      return track(send.call(this, mail), mail)
    }
  }

  /** What sleeps in the exercise makes a folder. */
  private watchFolders(): void {
    const sleep = async () => {
      this.making++
      await moment(5, 40)
      this.making--
    }
    Object.defineProperty(Bun, 'sleep', { value: sleep })
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
