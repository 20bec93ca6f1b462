/** A visitor of lesson 3 signs up, and something fails. */
import type { AnyElysia } from 'elysia'

import { runnerOf, subscribe, type TaskEvent } from '../../../core'
import { comes } from './chance'
import { beginRun } from './lanes'
import { adminAddress, type MailServer } from './mail-server'

/** What fails. */
export type Trouble = 'none' | 'folder' | 'email' | 'admin'
export type Signup = Awaited<ReturnType<typeof signUp>>

/** What came of one signup. `early` and `known` are how many mails had come with the page, and at `idle()`. */
export async function signUp(
  app: AnyElysia,
  server: MailServer,
  folders: Set<string>,
  trouble: Trouble,
  username: string,
) {
  const email = `${username}@example.org`
  const mails = () => server.inbox.filter((mail) => mail.username === username)
  const to = (address: string) => mails().filter((mail) => mail.to === address)
  server.refused = { none: [], folder: [], email: [email], admin: [adminAddress] }[trouble]
  if (trouble === 'folder') folders.add(username) // the name is taken
  const changes: TaskEvent[] = []
  using _ = subscribe((change) => void changes.push(change))
  const body = new URLSearchParams({ username, email })

  const run = beginRun()
  const page = await app.handle(new Request('http://localhost/signup', { method: 'POST', body }))
  const early = mails().length
  await runnerOf(app).idle()
  const known = mails().length
  await server.isQuiet()
  // A mail that is no task may still come. Only a wrong answer takes the time.
  if (trouble !== 'admin') await comes(() => to(adminAddress).length > 0)
  const added = changes.filter(({ status }) => status === 'waiting').map(({ task }) => task)
  return {
    run,
    trouble,
    status: page.status,
    early,
    known,
    failures: changes.filter(({ status }) => status === 'failed').length,
    isNested: new Set(added).size < added.length,
    hasFolder: folders.has(username),
    wasHasty: server.hasty.has(email),
    mails: mails().length,
    welcome: to(email),
    admin: to(adminAddress).length,
  }
}
