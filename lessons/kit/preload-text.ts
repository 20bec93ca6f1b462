/** A macro: what is loaded into an app that is watched, as one file. A compiled program has no folder to load it from. */
import { join } from 'node:path'

export function preloadAsText(): string {
  const { stdout, stderr, success } = Bun.spawnSync([
    process.execPath,
    'build',
    join(import.meta.dir, 'lanes/preload.ts'),
    '--target=bun',
  ])
  if (!success) throw new Error(stderr.toString())
  return stdout.toString()
}
