/** What a workspace knows of itself: the files that were written, as hashes. What differs from its hash was edited. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const manifestPath = '.kit/manifest.json'

export type Manifest = { kit: string; files: Record<string, string> }

/** Of a folder that this user's kit has written, and nobody else. */
export function manifestOf(folder: string): Manifest | undefined {
  const path = join(folder, manifestPath)
  const stat = statSync(path, { throwIfNoEntry: false })
  const isOwn = process.getuid === undefined || stat?.uid === process.getuid()
  if (!stat?.isFile() || !isOwn) return undefined
  try {
    const { kit = '', files = {} } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Manifest>
    return { kit, files }
  } catch {
    // Cut off by a full disk. Without it all files count as edited, and are kept.
    return { kit: '', files: {} }
  }
}

export function hashOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('base64url')
}
