/** The one file, built from a copy of the sources that is gone afterwards. */
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
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

/** Builds it into `executable`. Resolves with what the build has printed. */
export async function buildKit(executable: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'sources-'))
  try {
    for (const name of sources)
      cpSync(join(root, name), join(copy, name), { recursive: true, verbatimSymlinks: true })
    await using build = Bun.spawn([process.execPath, 'lessons/kit/build.ts'], {
      cwd: copy,
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const printed = await new Response(build.stdout).text()
    if ((await build.exited) !== 0) throw new Error(await new Response(build.stderr).text())
    renameSync(join(copy, 'dist/kit'), executable)
    return printed
  } finally {
    rmSync(copy, { recursive: true })
  }
}
