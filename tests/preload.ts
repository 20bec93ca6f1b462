/**
 * Runs before every `bun test`: installs what is not there, says what is skipped, and gives each test half a minute, which
 * bunfig.toml cannot (its `timeout` has no effect in Bun 1.4.5).
 */
import { setDefaultTimeout } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'

import { ensureInstalled } from '../lessons/kit/installed'
import { chromium, redisServer } from './support/installed'

// This process has seen that there are no packages, and does not look again: another one runs the tests.
if (await ensureInstalled('everything')) {
  const tests = Bun.spawnSync([process.execPath, ...commandLine().slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit'],
  })
  process.exit(tests.exitCode ?? 1)
}

// Each file begins with Bun's own five seconds again: so it is said when a file is looked up.
Bun.plugin({
  name: 'half a minute for each test',
  setup: (build) =>
    void build.onResolve({ filter: /\.test\.tsx?$/ }, () => {
      setDefaultTimeout(30_000)
      return undefined
    }),
})
sayWhatIsSkipped()

/** The arguments as they were typed: process.argv has the file of a test in their place. */
function commandLine(): string[] {
  const path = '/proc/self/cmdline'
  if (existsSync(path)) return readFileSync(path, 'utf8').split('\0').slice(0, -1)
  const { stdout } = Bun.spawnSync(['ps', '-o', 'command=', '-p', String(process.pid)])
  return stdout.toString().trim().split(/\s+/)
}

/** Once, and not again in the tests that a test starts. */
function sayWhatIsSkipped(): void {
  if (Bun.env.SKIPS_ARE_SAID) return
  process.env.SKIPS_ARE_SAID = 'yes'
  const tools = { 'redis-server': redisServer(), chromium: chromium(), wrk: Bun.which('wrk') }
  for (const [tool, path] of Object.entries(tools))
    if (!path) console.warn(`Skipped: the tests that need ${tool}, which is not installed here.`)
}
