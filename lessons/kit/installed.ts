/**
 * Makes sure that the packages are there before anything that needs them is loaded, so that one command is enough on a
 * fresh clone. This file imports nothing.
 */
const root = new URL('../../', import.meta.url)

/** Installs what the lockfile names, if it is not there. Ends the process with a sentence if that fails. */
export async function ensureInstalled(): Promise<void> {
  // A compiled program carries its packages.
  if (Bun.isStandaloneExecutable) return
  const lockfile = await Bun.file(new URL('bun.lock', root)).text()
  const mark = Bun.file(new URL('node_modules/.installed', root))
  const installed = String(Bun.hash(lockfile))
  if ((await mark.exists()) && (await mark.text()) === installed) return
  console.error('Installing packages, once …')
  const install = Bun.spawnSync([process.execPath, 'install', '--frozen-lockfile', '--silent'], {
    cwd: root.pathname,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (!install.success) {
    console.error(
      'The packages could not be installed. Connect to a network for this once, and run the command again.',
    )
    process.exit(1)
  }
  await Bun.write(mark, installed)
}
