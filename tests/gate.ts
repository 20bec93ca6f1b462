/**
 * Everything that must hold before a change is taken: `bun run test`, here and in CI. It runs all checks, says what was
 * skipped and why, and ends with 0 only if every one of them passed.
 */
import { join } from 'node:path'

import { ensureInstalled } from '../lessons/kit/installed'
import { chromium, redisServer } from './support/installed'

await ensureInstalled()

const root = join(import.meta.dir, '..')
const bun = process.execPath
const bin = (name: string) => [bun, '--bun', join(root, 'node_modules/.bin', name)]

type Check = { name: string; command: string[]; shows?: boolean }

const checks: Check[] = [
  { name: 'format', command: [bun, 'fmt', '--no-script', '--check'] },
  { name: 'lint', command: [...bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'unescaped JSX', command: [...bin('xss-scan'), '--project', 'tsconfig.json'] },
  { name: 'types and tests', command: [bun, 'test', '--check', '--timeout', '30000'], shows: true },
]

const tools = { 'redis-server': redisServer(), chromium: chromium() }
for (const [tool, path] of Object.entries(tools))
  if (!path) console.log(`Skipped: the tests that need ${tool}, which is not installed here.`)

const failed: string[] = []
for (const { name, command, shows } of checks) {
  const began = performance.now()
  const check = Bun.spawn(command, {
    cwd: root,
    stdin: 'ignore',
    stdout: shows ? 'inherit' : 'pipe',
    stderr: shows ? 'inherit' : 'pipe',
  })
  const output = shows ? '' : await new Response(check.stdout).text()
  const errors = shows ? '' : await new Response(check.stderr).text()
  const isFine = (await check.exited) === 0
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  console.log(`${isFine ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  if (isFine) continue
  failed.push(name)
  console.log(output + errors)
}

console.log(`\n${checks.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
