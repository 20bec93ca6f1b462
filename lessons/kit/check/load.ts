/** Loads a module of an exercise. What goes wrong in that is one sentence. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { commandLine } from '../program'
import { must } from './broken'
import { LoadError } from './explain'

type Wanted = { folder: string; file: string; lesson: number }

export async function load<Module>({ folder, file, lesson }: Wanted): Promise<Module> {
  const path = join(folder, file)
  must(existsSync(path), `${file} is gone. To have it back: ${commandLine('reset', lesson)}`)
  try {
    return (await import(path)) as Module
  } catch (error) {
    throw new LoadError(file, error)
  }
}

/** Throws a sentence, unless what is there is what the module has under that name. */
export function mustExport(
  { module, file, lesson }: { module: object; file: string; lesson: number },
  name: string,
  isThere: boolean,
): void {
  const others = Object.keys(module).map((other) => (other === 'default' ? 'a default' : other))
  must(
    isThere,
    others.length > 0
      ? `${file} exports ${others.join(', ')}, and no ${name}. Leave the word export before it, and its name, as they were.`
      : `${file} exports nothing. To have its first text back: ${commandLine('reset', lesson)}`,
  )
}
