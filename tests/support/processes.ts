/** The processes of this machine: from /proc where there is one (Linux without procps included), else from `ps`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'

type Process = { pid: number; parent: number; state: string }

/** Whether a process runs. One that has ended and waits for somebody to notice does not. */
export function isAlive(pid: number): boolean {
  return processes().some((one) => one.pid === pid && !one.state.startsWith('Z'))
}

/** The processes that `parent` has started. */
export function childrenOf(parent: number): number[] {
  return processes().flatMap((one) => (one.parent === parent ? [one.pid] : []))
}

function processes(): Process[] {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs()
}

function fromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // "pid (command) state parent …": the command may hold anything, brackets too.
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return [{ pid: Number(name), parent: Number(parent), state }]
      } catch {
        return [] // ended meanwhile
      }
    })
}

function fromPs(): Process[] {
  const { stdout } = Bun.spawnSync(['ps', '-A', '-o', 'pid=,ppid=,stat='])
  return stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, state = '']) => ({ pid: Number(pid), parent: Number(parent), state }))
}
