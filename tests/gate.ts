/**
 * Everything that must hold before a change is taken: `bun run test`, here and in CI. It runs all checks, says what was
 * skipped and why, and ends with 0 only if every one of them passed. `bun run test core` runs the tests whose path
 * contains that word, and no other check.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { ensureInstalled } from '../lessons/kit/installed'
import { quickFolder } from './support/quick-folder'

await ensureInstalled('everything')

const root = join(import.meta.dir, '..')
const bun = process.execPath
const bin = (name: string) => [bun, '--bun', join(root, 'node_modules/.bin', name)]
const filters = process.argv.slice(2)
// Whoever is impatient is not left with that in memory. Twice: at once.
let running: Bun.Subprocess | undefined
let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    running?.kill(isStopped ? 'SIGKILL' : signal)
    isStopped = true
  })

// Tests make and delete thousands of files: on a disk, each waits for those of the others.
const temporary = mkdtempSync(join(quickFolder(), `gate-${process.pid}-`))
chmodSync(temporary, 0o755) // some tests act as another user, too
const env = { ...process.env, TMPDIR: temporary }

type Check = { name: string; command: string[]; shows?: boolean }

const checksOfSources: Check[] = [
  { name: 'types', command: [bun, 'check'] },
  { name: 'format', command: [bun, 'fmt', '--no-script', '--check'] },
  { name: 'lint', command: [...bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'unescaped JSX', command: [...bin('xss-scan'), '--project', 'tsconfig.json'] },
]
// Some are about time: they run on their own. The others share two cores, two files at a time.
const files = [...new Bun.Glob('{core,lessons,tests}/**/*.test.{ts,tsx}').scanSync({ cwd: root })]
  .filter((file) => !file.includes('node_modules'))
  .toSorted()
const isTimed = (file: string) =>
  /^tests\/(bench\/|core\/(?!queue)|core\/queue-(run|locked)|lessons\/folders|kit\/errors)/.test(
    file,
  )
const paths = (of: (file: string) => boolean) => files.filter(of).map((file) => `./${file}`)
const checksOfTests: Check[] = [
  { name: 'tests that are about time', command: [bun, 'test', ...paths(isTimed)], shows: true },
  {
    name: 'all other tests',
    command: [bun, 'test', '--parallel=2', ...paths((file) => !isTimed(file))],
    shows: true,
  },
]
const checks: Check[] =
  filters.length === 0
    ? [...checksOfSources, ...checksOfTests]
    : [
        {
          name: `tests, only ${filters.join(', ')}`,
          command: [bun, 'test', ...filters],
          shows: true,
        },
      ]

const failed: string[] = []
for (const { name, command, shows } of checks) {
  if (isStopped) break
  const began = performance.now()
  const check = Bun.spawn(command, {
    cwd: root,
    env,
    stdin: 'ignore',
    stdout: shows ? 'inherit' : 'pipe',
    stderr: shows ? 'inherit' : 'pipe',
  })
  running = check
  const output = shows ? '' : await new Response(check.stdout).text()
  const errors = shows ? '' : await new Response(check.stderr).text()
  const isFine = (await check.exited) === 0
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  console.log(`${isFine ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  if (isFine) continue
  failed.push(name)
  console.log(output + errors)
}

rmSync(temporary, { recursive: true, force: true })
if (isStopped) {
  console.log('\nStopped.')
  process.exit(1)
}
console.log(`\n${checks.length - failed.length} passed, ${failed.length} failed`)
if (filters.length > 0) console.log('This was only a part. The gate is all of it: bun run test')
process.exit(failed.length === 0 ? 0 : 1)
