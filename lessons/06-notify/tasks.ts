import { createTransport } from 'nodemailer'

import type { Mailing } from './mailing'
import { find } from './mailings'
import { sentenceOf } from './words'

const port = Number(Bun.env.SMTP_PORT ?? 2525)
const atOnce = 20

// Of all mailings together, so that they do not flood the mail server.
const mail = createTransport({
  host: '127.0.0.1',
  port,
  ignoreTLS: true,
  pool: true,
  maxConnections: atOnce,
  maxMessages: Infinity,
})

/** The task: all mails of a mailing, twenty at a time. */
export async function sendAll(id: string) {
  const mailing = find(id)
  if (!mailing) return
  // One list for all twenty: each takes the next address from it.
  const addresses = mailing.addresses.values()
  const lines = Array.from({ length: atOnce }, () =>
    sendSome(mailing, addresses),
  )
  try {
    await Promise.all(lines)
  } catch (error) {
    mailing.cancel(inWords(error))
    throw error
  } finally {
    await Promise.allSettled(lines)
    mailing.end()
    console.log(sentenceOf(mailing))
  }
}

async function sendSome(mailing: Mailing, addresses: Iterable<string>) {
  for (const address of addresses) {
    // Here, between two mails, it is paused and cancelled.
    if (!(await mailing.mayGoOn())) return
    mailing.step(await isRefused(address))
  }
}

/** A refusal concerns one address. Any other trouble is everybody's. */
async function isRefused(address: string) {
  try {
    await mail.sendMail({
      from: 'news@workshop.test',
      to: { name: '', address },
      subject: 'News',
      text: 'We have news for you.',
    })
    return false
  } catch (error) {
    const { responseCode = 0 } = error as { responseCode?: number }
    if (responseCode >= 500) return true
    throw error
  }
}

function inWords(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  if (code !== 'ECONNREFUSED' && code !== 'ESOCKET') return message
  return `No mail server answers on port ${port}.`
}
