import {
  SMTPServer,
  type SMTPServerDataStream as MailStream,
} from 'smtp-server'

import { cannotListen, portFrom } from '../page'

type Mail = { id: number; to: string; source: string }

const mostBytes = 1_000_000

// A mail server that keeps what it gets and sends nothing on.
export const inbox: Mail[] = []
let lastId = 0
const refusal = Object.assign(new Error('no such mailbox'), {
  responseCode: 550,
})

export const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  size: mostBytes, // said in the greeting, and 552 for more
  rejectOversized: true,
  maxClients: 20,
  onRcptTo({ address }, _session, answer) {
    if (!address.toLowerCase().endsWith('@bounce.test')) return answer()
    console.log(`refused ${address}: 550`)
    answer(refusal)
  },
  onData(message, { envelope, id }, answer) {
    const to = envelope.rcptTo.map(({ address }) => address).join(', ')
    const hangUp = () => {
      for (const client of smtp.connections)
        if (client.id === id) client.close()
    }
    read(message, hangUp).then(
      (source) => {
        if (message.sizeExceeded) console.log(`refused ${to}: 552`)
        else keep({ id: ++lastId, to, source })
        answer()
      },
      () => {
        const why = message.sizeExceeded ? '552' : 'it is incomplete'
        console.log(`refused ${to}: ${why}`)
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
  console.log(`caught a mail for ${mail.to}`)
}

/** Resolves when it listens. */
export async function catchMail() {
  const port = portFrom('SMTP_PORT', 2525)
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  const onError = (error: Error) =>
    cannotListen(error, 'SMTP_PORT', port)
  smtp.once('error', onError)
  smtp.listen(port, '127.0.0.1', resolve)
  await listening
  smtp.off('error', onError)
  // From here on it is about one connection: the others go on.
  smtp.on('error', ({ message }) => console.log(`hung up: ${message}`))
  console.log(`Catching mail on 127.0.0.1:${port}`)
}
