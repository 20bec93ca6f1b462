import { createTransport } from 'nodemailer'

const mail = createTransport({
  host: '127.0.0.1',
  port: Number(Bun.env.SMTP_PORT ?? 2525),
  ignoreTLS: true,
})
const from = 'hello@workshop.test'

/** Each visitor has a folder. Here it is a name in a set. */
export const folders = new Set<string>()

/** Takes a moment, and fails where the name is taken. */
export async function createFolder(username: string) {
  await Bun.sleep(500)
  if (folders.has(username))
    throw new Error(`There is a folder ${username} already.`)
  folders.add(username)
}

/** Speaks of the folder: without one, it must not leave. */
export async function sendWelcomeEmail(to: string, username: string) {
  const text = `Your folder is ready: ${username}`
  await mail.sendMail({ from, to, subject: 'Welcome!', text })
}

/** Has to do with neither of them. */
export async function notifyAdmin(username: string) {
  const to = Bun.env.ADMIN ?? 'admin@workshop.test'
  const text = `${username} has signed up.`
  await mail.sendMail({ from, to, subject: 'A new account', text })
}
