/**
 * A macro: the script of the lanes for the browser, as one text. It is made when the program that imports it is started
 * or compiled, so that the binary holds it.
 *
 *     import { browserScript } from './lanes/bundle' with { type: 'macro' }
 */
import { join } from 'node:path'

export function browserScript(): string {
  const entry = join(import.meta.dir, 'browser', 'main.ts')
  const { success, stdout, stderr } = Bun.spawnSync([
    process.execPath,
    'build',
    entry,
    '--target=browser',
    '--minify',
  ])
  if (!success) throw new Error(`The lanes cannot be bundled: ${stderr.toString()}`)
  return stdout.toString()
}
