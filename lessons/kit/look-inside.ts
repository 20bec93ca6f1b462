/** The command line that runs an app with the lanes looking into it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { preloadAsText } from './preload-text' with { type: 'macro' }

export type Inside = AsyncDisposable & {
  command(app: string): string[]
  environment: Record<string, string>
}

/** Dispose of it when the app has ended. Places are told from `root`. */
export function lookInside(root: string): Inside {
  if (!Bun.isStandaloneExecutable)
    return inside(root, join(import.meta.dir, 'lanes/preload.ts'), {}, () => {})
  const folder = mkdtempSync(join(tmpdir(), 'kit-'))
  const preload = join(folder, 'preload.js')
  writeFileSync(preload, preloadAsText(), { mode: 0o600 })
  // The compiled program is a Bun as well.
  return inside(root, preload, { BUN_BE_BUN: '1' }, () =>
    rmSync(folder, { recursive: true, force: true }),
  )
}

function inside(
  root: string,
  preload: string,
  environment: Record<string, string>,
  clean: () => void,
): Inside {
  return {
    // What is not there is missing: nothing is fetched from a registry in its place.
    command: (app) => [process.execPath, '--no-install', '--preload', preload, app],
    environment: { LANES_ROOT: root, ...environment },
    async [Symbol.asyncDispose]() {
      clean()
    },
  }
}
