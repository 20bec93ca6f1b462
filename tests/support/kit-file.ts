/** The one file, built from a copy of the sources that is gone afterwards. */
import { copyFileSync, cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dir, '../..')
const sources = [
  'core',
  'lessons',
  'node_modules',
  'package.json',
  'tsconfig.json',
  'bun.lock',
  'LICENSE',
]

/**
 * Builds it into `executable`. Dispose of it when nothing is timed any more: for five seconds after many files were
 * deleted, ext4 takes much longer to make new ones.
 */
export async function buildKit(executable: string): Promise<Disposable> {
  const copy = mkdtempSync(join(tmpdir(), 'sources-'))
  const remains = { [Symbol.dispose]: () => rmSync(copy, { recursive: true }) }
  try {
    for (const name of sources)
      cpSync(join(root, name), join(copy, name), { recursive: true, verbatimSymlinks: true })
    await using build = Bun.spawn([process.execPath, 'lessons/kit/build.ts'], {
      cwd: copy,
      stdout: 'ignore',
      stderr: 'pipe',
    })
    const errors = await new Response(build.stderr).text()
    if ((await build.exited) !== 0) throw new Error(errors)
    copyFileSync(join(copy, 'dist/kit'), executable)
    for (const name of sources) renameSync(join(copy, name), join(copy, `${name}, gone`))
    return remains
  } catch (error) {
    remains[Symbol.dispose]()
    throw error
  }
}
