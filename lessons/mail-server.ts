/** What lessons 3 and 6 send mail to: an SMTP server that keeps what it gets and sends nothing on. */
import { SMTPServer, type SMTPServerDataStream as MailStream } from 'smtp-server'

import { cannotListen, portFrom } from './page'

export type Mail = { id: number; to: string; source: string }

const mostBytes = 1_000_000
const mostAddresses = 100_000

/** The newest 100, the newest first. */
export const inbox: Mail[] = []
/** How many mails each address has got. */
export const received = new Map<string, number>()
/** How long the server takes for a mail: half as long, or half as long again. */
export const pace = { milliseconds: 0 }

let lastId = 0
let say: (line: string) => void = console.log
const refusal = Object.assign(new Error('no such mailbox'), {
  responseCode: 550,
})

export const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  size: mostBytes, // said in the greeting, and 552 for more
  rejectOversized: true,
  maxClients: 100,
  onRcptTo({ address }, _session, answer) {
    const isRefused = address.toLowerCase().endsWith('@bounce.test')
    if (isRefused) say(`refused ${address}: 550`)
    const decide = () => answer(isRefused ? refusal : undefined)
    if (pace.milliseconds > 0) setTimeout(decide, pace.milliseconds * (0.5 + Math.random()))
    else decide()
  },
  onData(message, { envelope, id }, answer) {
    const to = envelope.rcptTo.map(({ address }) => address).join(', ')
    const hangUp = () => {
      for (const client of smtp.connections) if (client.id === id) client.close()
    }
    read(message, hangUp).then(
      (source) => {
        if (message.sizeExceeded) say(`refused ${to}: 552`)
        else keep({ id: ++lastId, to, source })
        answer()
      },
      () => {
        const why = message.sizeExceeded ? '552' : 'it is incomplete'
        say(`refused ${to}: ${why}`)
      },
    )
  },
})

/** Rejects when the sender is gone. An endless mail is cut off. */
async function read(message: MailStream, hangUp: () => void) {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) {
    if (!message.sizeExceeded) chunks.push(chunk)
    else if (message.byteLength > 10 * mostBytes) hangUp()
  }
  return Buffer.concat(chunks).toString()
}

function keep(mail: Mail) {
  inbox.unshift(mail)
  inbox.splice(100)
  const before = received.get(mail.to)
  if (before !== undefined || received.size < mostAddresses)
    received.set(mail.to, (before ?? 0) + 1)
  say(`caught a mail for ${mail.to}`)
}

/** Resolves when it listens. `tell` gets a line for each mail. */
export async function catchMail(tell = say) {
  say = tell
  const port = portFrom('SMTP_PORT', 2525)
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  const onError = (error: Error) => cannotListen(error, 'SMTP_PORT', port)
  smtp.once('error', onError)
  smtp.listen(port, '127.0.0.1', resolve)
  await listening
  smtp.off('error', onError)
  // From here on it is about one connection: the others go on.
  smtp.on('error', ({ message }) => console.log(`hung up: ${message}`))
  console.log(`Catching mail on 127.0.0.1:${port}`)
}
