/** What `kit eject` writes, as one archive for the binary. The build calls this; unpack.ts reads it again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as kit from '../../../package.json'
import { libraryFiles } from './library'
import { packageFiles, packageFolders } from './packages'
import * as template from './template'

const root = join(import.meta.dir, '../../..')

/** Packs the workspace into `outfile`. Level 9 takes a second; 19 takes ten and saves a megabyte. */
export async function packWorkspace(outfile: string, level = 9): Promise<void> {
  const files = await workspaceFiles()
  const tar = await new Bun.Archive(Object.fromEntries(files)).bytes()
  await Bun.write(outfile, Bun.zstdCompressSync(tar, { level }))
}

export async function workspaceFiles(): Promise<Map<string, string | Uint8Array>> {
  const packageJson = template.packageJson(kit)
  const lockfile = await lockfileOf(packageJson)
  const files = new Map<string, string | Uint8Array>([
    ['package.json', packageJson],
    ['bun.lock', lockfile],
    ['bunfig.toml', template.bunfig],
    ['README.md', template.readme],
    ['.vscode/settings.json', template.editorSettings],
    // As lessons/kit/installed.ts writes it: the packages are there.
    ['node_modules/.installed', `everything of ${Bun.hash(lockfile)}`],
    ...libraryFiles(),
  ])
  for (const path of [...ownFiles(), 'LICENSE'])
    files.set(path, await Bun.file(join(root, path)).bytes())
  const tsconfig = await Bun.file(join(root, 'tsconfig.json')).text()
  files.set('tsconfig.json', tsconfig.replace('"tests"', '"*.ts", "*.tsx"'))
  const folders = await packageFolders(root, lockfile)
  for (const [path, bytes] of await packageFiles(root, folders)) files.set(path, bytes)
  return files
}

/** The folders of the packages that are in a workspace. */
export async function workspacePackages(): Promise<string[]> {
  const folders = await packageFolders(root, await lockfileOf(template.packageJson(kit)))
  return folders.map((folder) => join(root, folder))
}

/** Core and lessons: not what only tests read, and nothing that a lesson or its learner has left there. */
function ownFiles(): string[] {
  const ignored = /\/(?:wrong|right|exercise|node_modules)\/|\.(?:log|sqlite[^/]*|DS_Store)$/
  return ['core/**', 'lessons/**']
    .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root, onlyFiles: true })])
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !ignored.test(path))
    .sort()
}

/** Bun takes out of our lockfile what these packages do not ask for: all that is left is known, so it asks no registry. */
async function lockfileOf(packageJson: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kit-lockfile-'))
  try {
    await Bun.write(join(folder, 'package.json'), packageJson)
    await Bun.write(join(folder, 'bunfig.toml'), template.bunfig)
    await Bun.write(join(folder, 'bun.lock'), Bun.file(join(root, 'bun.lock')))
    const install = Bun.spawnSync([process.execPath, 'install', '--lockfile-only', '--silent'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (!install.success) throw new Error(`The lockfile: ${install.stderr.toString().trim()}`)
    return await Bun.file(join(folder, 'bun.lock')).text()
  } finally {
    rmSync(folder, { recursive: true })
  }
}
