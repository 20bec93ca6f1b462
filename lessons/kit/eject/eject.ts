/** `kit eject [dir]`: a whole workspace, out of the one file. */
import { relative, resolve, sep } from 'node:path'
import { parseArgs } from 'node:util'

import { home } from '../program'
import { unpackWorkspace } from './archive'
import { sentenceOf } from './errors'
import { findWorkspace, usualFolder } from './find'
import { launcher } from './launcher'
import { manifestOf } from './manifest'
import { writeWorkspace, type Written } from './write'

/** Resolves with the exit code. */
export async function ejectCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { force: { type: 'boolean', short: 'f' } },
      allowPositionals: true,
    })
    if (positionals.length > 1)
      throw new TypeError(`One folder at a time, got ${positionals.join(' ')}.`)
    return await eject(positionals[0], { isForced: values.force ?? false })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(`${error.message}\nTry: ${process.argv0} eject ${usualFolder}`)
    return 2
  }
}

/** Without a name: the workspace that one is in, else a new one. */
export async function eject(
  name: string | undefined,
  { isForced = false }: { isForced?: boolean } = {},
): Promise<number> {
  if (!Bun.isStandaloneExecutable) {
    console.log(
      `${home} is the workspace already. Next: ${isEjected() ? './kit' : 'bun run kit'} work 1`,
    )
    return 0
  }
  const folder = resolve(name ?? findWorkspace() ?? usualFolder)
  const written = await writeOrSay(folder, isForced)
  if (!written) return 1
  console.log([...tell(written, folder), `\nNext:${goTo(folder)} ./kit work 1`].join('\n'))
  return 0
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

function isEjected(): boolean {
  return manifestOf(home) !== undefined
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
