import * as outbox from './outbox'

// How long the mail server takes for a letter, in milliseconds.
const pace = Number(Bun.env.MAIL_TAKES ?? 500)

// On a queue a task may run twice: when its process dies, nobody knows
// how far it came. So it says which mail it is about, and the outbox
// keeps one of each.
export async function sendWelcomeEmail(
  username: string,
  email: string,
) {
  if (/@bounce\.test$/i.test(email))
    throw new Error('550 no such mailbox')
  const run = outbox.begin('welcome', email)
  if (run > 1) console.log(`${email}, run ${run}`)
  await Bun.sleep(pace)
  outbox.send('welcome', email, `Welcome, ${username}!`)
}

export async function notifyAdmin(username: string, email: string) {
  outbox.begin('note', email)
  await Bun.sleep(pace / 4)
  outbox.send('note', email, `${username} has signed up.`)
}
