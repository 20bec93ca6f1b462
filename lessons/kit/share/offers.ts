/** What is offered to the room: the files of a build that lie in one folder, and nothing else that is there. */
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { sumsFile, type Target, targets } from '../targets'

export type Offer = {
  target: Target
  /** Where it lies. */
  path: string
  size: number
  /** SHA-256, in hexadecimal. */
  sum: string
  /** When it was last changed: what has changed since is not what the sum is of. */
  changed: number
}

/**
 * The offers of `folder`; `own` is this program, which stands in for the file of its system where that is missing.
 * Throws for a file that is not what its build has made.
 */
export async function offersIn(folder: string, own?: string): Promise<Offer[]> {
  const sums = readSums(join(folder, sumsFile))
  const ownTarget = targets.find(({ name }) => name === thisSystem())
  const offers: Offer[] = []
  for (const target of targets) {
    const named = offer(target, join(folder, target.file))
    const found = named ?? (own && target === ownTarget ? offer(target, own) : undefined)
    if (!found) continue
    const sum = await sumOf(found.path)
    if (found === named && (sums.get(target.file) ?? sum) !== sum)
      throw new Error(
        `${target.file} is not the file that ${sumsFile} names. Copy or build it again.`,
      )
    offers.push({ ...found, sum })
  }
  return offers
}

/** Whether the file is still the one that the sum is of. */
export function isUnchanged({ target, path, size, changed }: Offer): boolean {
  const now = offer(target, path)
  return now?.size === size && now.changed === changed
}

/** A link is none: what it leads to may lie anywhere. */
function offer(target: Target, path: string): Omit<Offer, 'sum'> | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) return undefined
  return { target, path, size: stat.size, changed: stat.mtimeMs }
}

async function sumOf(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256')
  for await (const chunk of Bun.file(path).stream()) hasher.update(chunk)
  return hasher.digest('hex')
}

/** File name to sum. */
function readSums(path: string): Map<string, string> {
  if (!existsSync(path)) return new Map()
  const lines = readFileSync(path, 'utf8').matchAll(/^([0-9a-f]{64}) [ *](.+?)\r?$/gm)
  return new Map([...lines].map(([, sum = '', file = '']) => [file, sum]))
}

function thisSystem(): string {
  const { arch, platform } = process
  const hasMusl =
    platform === 'linux' &&
    existsSync(`/lib/ld-musl-${arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`)
  return `${platform === 'win32' ? 'windows' : platform}-${arch}${hasMusl ? '-musl' : ''}`
}
