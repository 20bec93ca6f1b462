import { lstatSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'

const name = 'background-tasks-lesson-5'

/**
 * A folder for us alone: the same in every run, closed to others. Where
 * there is none, `wayOut` says how to do without.
 */
export function ownFolder(
  wayOut = 'QUEUE_FILE names another file.',
): string {
  const inHome = join(stateHome(), name)
  if (isMade(inHome, wayOut)) return inHome
  // No home to write to. After a crash it must be found again: so its
  // name is no random one, and who made it is looked at all the more.
  const user = process.getuid?.() ?? 'user'
  const temporary = join(tmpdir(), `${name}-${user}`)
  if (isMade(temporary, wayOut)) return temporary
  return refuse(
    `Neither ${inHome} nor ${temporary} can be made. ${wayOut}`,
  )
}

/** What the exercise keeps, apart from the lesson's own files. */
export function exerciseFolder(): string {
  const wayOut = 'POINTS_FOLDER names another folder.'
  const { POINTS_FOLDER } = Bun.env
  const folder = POINTS_FOLDER || join(ownFolder(wayOut), 'exercise')
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true })
    return folder
  } catch {
    return refuse(`${folder} cannot be made. ${wayOut}`)
  }
}

/** Where programs of this user keep what should outlive them. */
function stateHome(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = Bun.env
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME))
    return XDG_STATE_HOME
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA
  return join(homedir(), '.local', 'state')
}

/** Whether it is there now. Ends the program if it is not ours. */
function isMade(folder: string, wayOut: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true })
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code !== 'EEXIST') return false
  }
  // Not statSync: that would look at what a link points to.
  const found = lstatSync(folder)
  if (!found.isDirectory()) refuse(`${folder} is no folder. ${wayOut}`)
  if (process.getuid && found.uid !== process.getuid())
    refuse(`${folder} belongs to somebody else. ${wayOut}`)
  if (process.getuid && found.mode & 0o077)
    refuse(
      `${folder} is open to others: chmod 700 ${folder} or ${wayOut}`,
    )
  return true
}

function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
