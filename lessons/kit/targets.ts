/** The systems that the one file is built for, and what it is called there. */

export type Target = {
  /** What a person types after `bun run build`. */
  name: string
  /** The file. */
  file: string
  /** For whom it is. */
  system: string
  compile: Bun.Build.CompileTarget
}

/** For x64 there is one file for laptops old and new: Bun 1.4.5 asks for no more than SSE4.2, of 2008, and uses more where it can. */
export const targets: readonly Target[] = [
  target('linux-x64', 'Linux'),
  target('linux-arm64', 'Linux on ARM'),
  target('linux-x64-musl', 'Alpine Linux, with its package libstdc++'),
  target('linux-arm64-musl', 'Alpine Linux on ARM, with its package libstdc++'),
  target('darwin-arm64', 'macOS on Apple silicon'),
  target('darwin-x64', 'macOS on Intel'),
  target('windows-x64', 'Windows'),
]

/** The sums of all files of a build, as `sha256sum -c` reads them. */
export const sumsFile = 'SHA256SUMS'

function target(name: string, system: string): Target {
  const file = `kit-${name}${name.startsWith('windows') ? '.exe' : ''}`
  return { name, file, system, compile: `bun-${name}` as Bun.Build.CompileTarget }
}
