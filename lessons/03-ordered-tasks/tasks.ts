import { createTransport } from 'nodemailer'

const port = Number(Bun.env.SMTP_PORT ?? 2525)
const mail = createTransport({
  host: '127.0.0.1',
  port,
  ignoreTLS: true,
})

export async function sendWelcomeEmail(address: string) {
  await mail.sendMail({
    from: 'hello@workshop.test',
    to: { name: '', address },
    subject: 'Welcome!',
    text: 'Your account is complete.',
  })
}

export async function notifyAdmin(username: string) {
  await mail.sendMail({
    from: 'hello@workshop.test',
    to: 'admin@workshop.test',
    subject: 'A new account',
    text: `${username} has signed up.`,
  })
}

/** What went wrong, for people. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.message.includes('ECONNREFUSED'))
    return `No mail server answers on port ${port}.`
  return error.message
}
