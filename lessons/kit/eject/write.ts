/** Writes a workspace: first as a whole beside its place, then by renaming, so that nothing half-written is ever there. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { version } from '../../../package.json'
import { claim } from './claim'
import { EjectError } from './errors'
import { isThisKit, kitName, launcher, placeKit, writeLauncher } from './launcher'
import { hashOf, type Manifest, manifestOf, manifestPath } from './manifest'
import { planOf } from './plan'

export type Written = {
  isNew: boolean
  /** How many files are new, or newer. */
  count: number
  /** The edited ones that are as they were. */
  untouched: string[]
  /** Where the edited ones are now, in whose place others are. */
  kept: string[]
}

type Files = ReadonlyMap<string, string | Uint8Array>

export async function writeWorkspace(
  folder: string,
  files: Files,
  { isForced }: { isForced: boolean },
): Promise<Written> {
  const encoder = new TextEncoder()
  const hashes = Object.fromEntries(
    [...files].map(([path, content]) => [
      path,
      hashOf(typeof content === 'string' ? encoder.encode(content) : content),
    ]),
  )
  const manifest: Manifest = { kit: version, files: hashes }
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (!stat) return writeNew(folder, files, manifest)
  if (!stat.isDirectory()) throw new EjectError(`${folder} is a file. Name a folder.`)
  return writeInto(folder, files, manifest, isForced)
}

async function writeNew(folder: string, files: Files, manifest: Manifest): Promise<Written> {
  const firstMade = mkdirSync(dirname(folder), { recursive: true })
  try {
    const beside = join(dirname(folder), `.${basename(folder)}.ejecting`)
    using _ = claim(beside, folder)
    const whole = join(beside, 'workspace')
    await writeAll(whole, files, manifest)
    placeKit(join(whole, kitName))
    if (existsSync(folder))
      throw new EjectError(`Another kit has written ${folder} in this moment.`)
    renameSync(whole, folder)
    return { isNew: true, count: files.size, untouched: [], kept: [] }
  } catch (error) {
    if (firstMade !== undefined) removeEmpty(dirname(folder), firstMade)
    throw error
  }
}

async function writeInto(
  folder: string,
  files: Files,
  manifest: Manifest,
  isForced: boolean,
): Promise<Written> {
  const before = manifestOf(folder)
  if (!before && !isForced) mustBeFree(folder)
  const inside = join(folder, '.ejecting')
  using _ = claim(inside, folder)
  const { write, edited } = planOf(folder, manifest.files, before)
  const wanted = isForced ? [...write, ...edited] : write
  const isCurrent = isThisKit(folder)
  const whole = join(inside, 'workspace')
  await writeAll(whole, new Map(wanted.map((path) => [path, files.get(path) ?? ''])), manifest)
  if (!isCurrent) placeKit(join(whole, kitName))

  // From here on nothing is written any more, only renamed.
  const kept = isForced ? edited.map((path) => keep(folder, path)) : []
  for (const path of [...wanted, ...(isCurrent ? [] : [kitName]), manifestPath]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    renameSync(join(whole, path), join(folder, path))
  }
  return { isNew: false, count: wanted.length, untouched: isForced ? [] : edited, kept }
}

/** A signal that comes meanwhile is heard between two handfuls of files. */
const handful = 200

async function writeAll(folder: string, files: Files, manifest: Manifest): Promise<void> {
  const made = new Set<string>()
  const write = (path: string, content: string | Uint8Array) => {
    const target = join(folder, path)
    if (!made.has(dirname(target))) mkdirSync(dirname(target), { recursive: true })
    made.add(dirname(target))
    writeFileSync(target, content)
  }
  let count = 0
  for (const [path, content] of files) {
    if (path === launcher.name) writeLauncher(join(folder, path))
    else write(path, content)
    if (++count % handful === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  write(manifestPath, JSON.stringify(manifest))
}

/** A folder that has nothing in it but the kit itself. */
function mustBeFree(folder: string): void {
  const others = readdirSync(folder).filter(
    (name) => name !== '.ejecting' && !isThisProgram(join(folder, name)),
  )
  if (others.length === 0) return
  const some = others.slice(0, 3).join(', ')
  throw new EjectError(
    `${folder} is no workspace, and other things are in it: ${some}${others.length > 3 ? ', …' : ''}. Name a folder that is not there yet.`,
  )
}

function isThisProgram(path: string): boolean {
  const { ino, dev } = statSync(process.execPath)
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.ino === ino && stat.dev === dev
}

/** Gives a file another name. Resolves with that. */
function keep(folder: string, path: string): string {
  let number = 1
  while (existsSync(join(folder, `${path}.kept-${number}`))) number++
  const name = `${path}.kept-${number}`
  renameSync(join(folder, path), join(folder, name))
  return name
}

/** The folders that were made on the way, from the inner one outwards. */
function removeEmpty(folder: string, last: string): void {
  try {
    rmdirSync(folder)
    if (folder !== last && folder.startsWith(last)) removeEmpty(dirname(folder), last)
  } catch {
    // Somebody has put something there: then it is theirs.
  }
}
