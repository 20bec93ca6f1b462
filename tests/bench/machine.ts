/** What this machine has: cores to pin a process to, tools, versions, and how many files may be open. */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

import { dependencies as ours } from '../../package.json'
import { dependencies as peers } from '../package.json'

export const bun = process.execPath
export const node = Bun.which('node')
export const wrk = Bun.which('wrk')

/** Both a server and its client need a core of their own. */
export const canPin = Bun.which('taskset') !== null && availableParallelism() >= 2

/** The file `path` of this folder. */
export function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

/** `command`, kept on one core where that is possible. */
export function pinned(core: 0 | 1, command: readonly string[]): string[] {
  return canPin ? ['taskset', '-c', String(core), ...command] : [...command]
}

/** Keeps this process on the client's core, until disposed of. */
export function pinSelf(): Disposable {
  const allowed =
    canPin && /Cpus_allowed_list:\s+(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))
  const pin = (cores: string) =>
    Bun.spawnSync(['taskset', '--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)])
  if (allowed) pin('1')
  return {
    [Symbol.dispose]() {
      if (allowed && allowed[1]) pin(allowed[1])
    },
  }
}

/** A python3 that can import `modules`: Debian's finds Debian's packages, another one on the PATH may not. */
export function pythonWith(modules: string): string | undefined {
  const candidates = [Bun.env.BENCH_PYTHON, '/usr/bin/python3', Bun.which('python3') ?? undefined]
  return candidates.find(
    (python) =>
      python && existsSync(python) && Bun.spawnSync([python, '-c', `import ${modules}`]).success,
  )
}

/** How many files a process may have open, connections included. */
export function openFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    return Number(/Max open files\s+(\d+)/.exec(limits)?.[1] ?? 1_024)
  } catch {
    return 1_024 // no /proc
  }
}

export function describeMachine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  const where = canPin
    ? 'servers on core 0, their client on core 1'
    : 'nothing pinned to a core: taskset or a second core is missing'
  return `${process.platform} ${process.arch}, ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown make'}, ${gibibytes} GiB; ${where}`
}

/** Everything that takes part, with its version. */
export function versions(): string {
  const packages = ['elysia', 'elysia-background', 'hono', 'fastify', 'express', 'p-queue'] as const
  const pools = ['piscina', 'tinypool', 'poolifier-web-worker'] as const
  const ofPackages = [...packages, ...pools].map((name) => `${name} ${{ ...ours, ...peers }[name]}`)
  const tools = [
    `Bun ${Bun.version}`,
    node && `Node ${printed([node, '--version'])}`,
    wrk && printed([wrk, '--version']).split(' ').slice(0, 2).join(' '),
  ]
  const script =
    'import importlib.metadata as m, platform\nprint("Python", platform.python_version())\nfor n in ("starlette", "fastapi", "python-fasthtml", "uvicorn", "uvloop", "httptools"):\n  try: print(n, m.version(n))\n  except m.PackageNotFoundError: pass'
  const python = pythonWith('sys')
  const ofPython = python ? printed([python, '-c', script]).split('\n') : []
  return [...tools, ...ofPackages, ...ofPython].filter(Boolean).join(', ')
}

function printed(command: string[]): string {
  const { stdout, stderr } = Bun.spawnSync(command)
  return (stdout.toString() || stderr.toString()).trim().replace(/^v/, '')
}
