/** Which files of a workspace are written into a folder, and which are left alone. */
import { type BigIntStats, lstatSync, readFileSync, type Stats } from 'node:fs'
import { join } from 'node:path'

import { EjectError } from './errors'
import { hashOf, type Manifest } from './manifest'

export type Plan = {
  /** New ones, and those that are as an earlier kit has written them. */
  write: string[]
  /** Those that somebody has edited. */
  edited: string[]
}

/** Compares what is there with what was written, by `manifest`, and with what would be written, by `hashes`. */
export function planOf(
  folder: string,
  hashes: Readonly<Record<string, string>>,
  manifest: Manifest | undefined,
): Plan {
  const plan: Plan = { write: [], edited: [] }
  const seen = new Set<string>()
  for (const [path, hash] of Object.entries(hashes)) {
    mustBeFolders(folder, path, seen)
    const stat = look(join(folder, path))
    if (stat?.isDirectory()) throw new EjectError(`Expected a file at ${path}, got a folder.`)
    const there = stat?.isFile() ? hashOf(readFileSync(join(folder, path))) : ''
    if (stat === undefined || there === manifest?.files[path]) {
      if (there !== hash) plan.write.push(path)
    } else if (there !== hash) plan.edited.push(path)
  }
  return plan
}

/** A link to a folder leads out of the workspace: nothing is written through it. */
function mustBeFolders(folder: string, path: string, seen: Set<string>): void {
  const names = path.split('/').slice(0, -1)
  for (const depth of names.keys()) {
    const inside = names.slice(0, depth + 1).join('/')
    if (seen.has(inside)) continue
    seen.add(inside)
    const stat = look(join(folder, inside))
    if (stat && !stat.isDirectory())
      throw new EjectError(
        `Expected a folder at ${inside}, got ${stat.isFile() ? 'a file' : 'a link'}.`,
      )
  }
}

function look(path: string): Stats | BigIntStats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
