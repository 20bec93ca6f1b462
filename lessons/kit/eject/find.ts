/** The workspace that a person stands in, or has the kit in. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { manifestOf } from './manifest'

/** Where a workspace is made if nothing else is said. */
export const usualFolder = 'workshop'

/** Around here, beside the program, or below here where `eject` makes it. */
export function findWorkspace(from = process.cwd()): string | undefined {
  const candidates = [...around(from), dirname(process.execPath), join(from, usualFolder)]
  return candidates.find((folder) => isWorkspace(folder))
}

function isWorkspace(folder: string): boolean {
  return manifestOf(folder) !== undefined && existsSync(join(folder, 'lessons/kit/kit.ts'))
}

function around(folder: string): string[] {
  const parent = resolve(folder, '..')
  return parent === folder ? [folder] : [folder, ...around(parent)]
}
