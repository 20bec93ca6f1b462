/** The kit in a workspace, and `./bun`, which is the kit as Bun. */
import { chmodSync, constants, copyFileSync, linkSync, lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const isWindows = process.platform === 'win32'

export const kitName = isWindows ? 'kit.exe' : 'kit'
const bunName = isWindows ? 'bun.cmd' : 'bun'

/** Its own folder stands first on the PATH: a script of package.json that says `bun` means this one. */
const posix = `#!/bin/sh
here=$(CDPATH= cd -- "\${0%/*}" && pwd) || exit 1
export BUN_BE_BUN=1 PATH="$here\${PATH:+:$PATH}"
exec "$here/kit" "$@"
`
const windows = `@echo off\r
setlocal\r
set "BUN_BE_BUN=1"\r
set "PATH=%~dp0;%PATH%"\r
"%~dp0kit.exe" %*\r
exit /b %errorlevel%\r
`

export const launcher = { name: bunName, text: isWindows ? windows : posix }

export function writeLauncher(path: string): void {
  writeFileSync(path, launcher.text)
  chmodSync(path, 0o755)
}

/** Puts this program into the folder: the same file under a second name, or a copy where that cannot be. */
export function placeKit(path: string): void {
  try {
    linkSync(process.execPath, path)
  } catch {
    copyFileSync(process.execPath, path, constants.COPYFILE_EXCL)
    chmodSync(path, 0o755)
  }
}

/** Whether the kit there is this very program. */
export function isThisKit(folder: string): boolean {
  const there = lstatSync(join(folder, kitName), { throwIfNoEntry: false, bigint: true })
  const here = lstatSync(process.execPath, { bigint: true })
  return there?.ino === here.ino && there.dev === here.dev
}
