/**
 * The check is the mail server. Four visitors sign up, in an order left to chance: nothing fails, the folder cannot be made,
 * the welcome email is refused, the mail to the admin is refused.
 */
import { shuffled } from '../kit/check/chance'
import { type Exercise, judge, must, mustAll } from '../kit/check/judge'
import { MailServer } from '../kit/check/mail-server'
import { type Signup, signUp, type Trouble } from '../kit/check/signup'

const ofTrouble = {
  none: 'nothing failed',
  folder: 'the folder could not be made',
  email: 'the welcome email was refused',
  admin: 'the mail to the admin was refused',
} satisfies Record<Trouble, string>

await judge(3, observe, {
  'Every visitor sees a success, and no mail leaves before the page.': ({ all }) => {
    mustAll(
      all,
      ({ status }) => status < 400,
      ({ trouble }) =>
        `A visitor saw an error because ${ofTrouble[trouble]}. That was not tried after the page, but before it.`,
    )
    mustAll(
      all,
      ({ early }) => early === 0,
      'A visitor waited for a mail: it had left before the page was there.',
    )
  },
  'The email comes after its folder, and not at all without it.': ({ none, folder }) => {
    must(none.hasFolder, 'Nothing failed, and the visitor has no folder.', none.run)
    must(
      none.welcome.length === 1,
      `Nothing failed, and ${none.welcome.length || 'no'} welcome emails have come.`,
      none.run,
    )
    must(
      none.welcome.every(({ hadFolder }) => hadFolder),
      'The welcome email left before its folder was there.',
      none.run,
    )
    must(
      folder.welcome.length === 0,
      `The folder could not be made, and the welcome email left all the same. ${
        folder.wasHasty
          ? 'It did not wait for the folder: what needs another task stands behind it, in the same list.'
          : 'It waited for the folder, and nothing stopped it: a failed task has to stop what needs it.'
      }`,
      folder.run,
    )
  },
  'The admin hears of every signup, once.': ({ all, none, folder, email }) => {
    mustAll(all, ({ admin }) => admin < 2, 'The admin heard of one signup twice.')
    must(none.admin === 1, 'Nothing failed, and the admin never heard of the signup.', none.run)
    mustAll(
      [folder, email],
      ({ admin }) => admin === 1,
      (signup) =>
        `${begun(ofTrouble[signup.trouble])}, and the admin never heard of the signup. ${whyStopped(signup)}.`,
    )
  },
  'An admin who cannot be reached costs nobody a folder.': ({ admin }) =>
    must(
      admin.hasFolder && admin.welcome.length === 1,
      `The mail to the admin was refused, and the visitor got ${
        admin.hasFolder ? 'no welcome' : 'no folder and no welcome'
      }. ${whyStopped(admin)}, whoever needs them.`,
      admin.run,
    ),
  'The app is told of what failed.': ({ all, loose, admin }) => {
    must(
      loose === 0,
      'A mail to the admin left behind the back of the app: it is not one of its tasks, and when it fails nobody catches that.',
      admin.run,
    )
    mustAll(
      all,
      ({ known, mails }) => known === mails,
      'A mail was still on its way when all tasks had ended: none of them waits for it. Ctrl-C would lose it.',
    )
    must(
      admin.failures === 1,
      'The mail to the admin was refused, and the app believes that it was sent. An error that is caught and forgotten is a success.',
      admin.run,
    )
  },
})

function whyStopped({ isNested }: Signup): string {
  return isNested
    ? 'A list that is added to another list is a part of it: its failed task stops the ones behind it'
    : 'A failed task stops the ones behind it'
}

function begun(words: string): string {
  return words.replace(/^./, (first) => first.toUpperCase())
}

async function observe(exercise: Exercise) {
  const server = new MailServer()
  await server.listen()
  const app = await exercise.app()
  const { folders } = await exercise.load<{ folders: Set<string> }>('tasks.ts')
  server.folders = folders

  const signups = new Map<Trouble, Signup>()
  for (const trouble of shuffled(['none', 'folder', 'email', 'admin'] as const)) {
    exercise.isInTrouble = trouble !== 'none'
    signups.set(trouble, await signUp(app, server, folders, trouble, `user${signups.size}`))
  }
  const loose = exercise.loose.splice(0).length
  const of = (trouble: Trouble) => signups.get(trouble)!
  const [none, folder, email, admin] = [of('none'), of('folder'), of('email'), of('admin')]
  return { all: [none, folder, email, admin], none, folder, email, admin, loose }
}
