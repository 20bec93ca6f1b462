/** `kit eject [dir]`: a whole workspace, out of the one file. */
import { relative, resolve, sep } from 'node:path'

import { say } from '../output'
import { home, lessonCommandLine } from '../program'
import { unpackWorkspace } from './archive'
import { sentenceOf } from './errors'
import { findWorkspace, usualFolder } from './find'
import { launcher } from './launcher'
import { writeWorkspace, type Written } from './write'

/** Without a name: the workspace that one is in, else a new one. Resolves with the exit code. */
export async function eject(
  name: string | undefined,
  { isForced = false }: { isForced?: boolean } = {},
): Promise<number> {
  if (!Bun.isStandaloneExecutable)
    return say(`${home} is the workspace already.\nNext: ${lessonCommandLine(1)}`)
  const folder = resolve(name ?? findWorkspace() ?? usualFolder)
  const written = await writeOrSay(folder, isForced)
  if (!written) return 1
  return say([...tell(written, folder), `\nNext:${goTo(folder)} ./kit lesson 1`].join('\n'))
}

/** Resolves with undefined if it could not be done. Then the sentence that says why is printed. */
export async function writeOrSay(folder: string, isForced = false): Promise<Written | undefined> {
  try {
    const files = new Map<string, string | Uint8Array>(await unpackWorkspace())
    files.set(launcher.name, launcher.text)
    return await writeWorkspace(folder, files, { isForced })
  } catch (error) {
    console.error(sentenceOf(error, shown(folder)))
    return undefined
  }
}

function tell({ isNew, count, untouched, kept }: Written, folder: string): string[] {
  const files = `${count} ${count === 1 ? 'file' : 'files'}`
  if (isNew) return [`${shown(folder)} is the workspace: ${files}, no network needed.`]
  return [
    count > 0 ? `${shown(folder)}: ${files} written.` : `${shown(folder)} is complete.`,
    ...untouched.map((path) => `  edited, and left as it is: ${path}`),
    ...(untouched.length > 0 ? ['  (--force puts ours there, and keeps a copy.)'] : []),
    ...kept.map((path) => `  what was edited is kept: ${path}`),
  ]
}

function goTo(folder: string): string {
  const path = shown(folder)
  if (path === '.') return ''
  return ` cd ${/^[\p{L}\p{N}./_-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`} &&`
}

/** As short as it can be said from here. */
export function shown(folder: string): string {
  const path = relative(process.cwd(), folder) || '.'
  return path.startsWith(`..${sep}..`) ? folder : path
}
