/**
 * Makes sure that the packages are there before anything that needs them is loaded, so that one command is enough on a
 * fresh clone. This file imports nothing.
 */
const root = new URL('../../', import.meta.url)

/** What the lessons need; or that, and what types, tests and benchmarks need. */
export type Packages = 'lessons' | 'everything'

/** Learners fetch no compiler and no linter: `--omit=peer` leaves out the TypeScript that the JSX package asks for. */
const flags = {
  lessons: ['--production', '--filter', './', '--omit=peer'],
  everything: [],
} as const

/**
 * Installs what the lockfile names, if it is not there. Resolves with whether it had to. Ends the process with a
 * sentence if that fails.
 */
export async function ensureInstalled(wanted: Packages): Promise<boolean> {
  // A compiled program carries its packages.
  if (Bun.isStandaloneExecutable) return false
  const lockfile = await Bun.file(new URL('bun.lock', root)).text()
  const mark = Bun.file(new URL('node_modules/.installed', root))
  const version = String(Bun.hash(lockfile))
  const [had, of] = (await mark.exists()) ? (await mark.text()).split(' of ') : []
  if (of === version && (had === 'everything' || had === wanted)) return false
  // Who had everything keeps it, and so does who has called `bun install`.
  const hasTypes = await Bun.file(new URL('node_modules/bun-types/package.json', root)).exists()
  const packages = hasTypes ? 'everything' : wanted
  console.error('Installing packages, once …')
  const install = Bun.spawnSync(
    [process.execPath, 'install', '--frozen-lockfile', '--silent', ...flags[packages]],
    { cwd: Bun.fileURLToPath(root), stdio: ['ignore', 'inherit', 'inherit'] },
  )
  if (!install.success) {
    console.error(
      'The packages could not be installed. Connect to a network for this once, and run the command again.',
    )
    process.exit(1)
  }
  await Bun.write(mark, `${packages} of ${version}`)
  return true
}

/**
 * Runs the same command in another process, and ends with it: this one has seen that there are no packages, and does
 * not look again.
 */
export async function beginAgain(): Promise<never> {
  const again = Bun.spawn([process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit'],
  })
  // A terminal sends Ctrl-C to both. What becomes of it is for the other one to say.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => again.kill('SIGTERM'))
  process.exit(await again.exited)
}
