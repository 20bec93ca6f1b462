/**
 * The ports of a lesson, looked at before anything is started: what is taken is said once, with one command that goes
 * round all of it.
 */
import type { Lesson } from '../index'
import { portOr } from '../port'

/** Where the guide listens. A lesson runs without it as well. */
export const guide = { variable: 'GUIDE_PORT', usualPort: 3001 }

type Wanted = { variable: string; port: number | string }

/** Why the processes of a lesson cannot listen, and what to type instead of `command`; undefined if they can. */
export function portTrouble(lesson: Lesson, command: string): string | undefined {
  const wanted = portsOf(lesson)
  for (const { port } of wanted) if (typeof port === 'string') return port
  const problems = wanted.flatMap(({ port }) => problemAt(port) ?? [])
  if (problems.length === 0) return undefined
  const [one, other] = problems.length > 1 ? ['them', 'others'] : ['it', 'another']
  return [
    `${problems.join(' ')} Choose ${other}: ${elsewhere(command, lesson)}`,
    `If a lesson in another terminal has ${one}, Ctrl-C ends it there.`,
  ].join('\n')
}

/** `command` with a variable for each port that is taken or was chosen: those of `lesson`, if any, and the guide's. */
export function elsewhere(command: string, lesson?: Lesson): string {
  const used = new Set<number>()
  const words = [...(lesson ? portsOf(lesson) : []), guidePort()].flatMap(({ variable, port }) => {
    if (typeof port === 'string') return []
    const isTaken = problemAt(port) !== undefined
    if (!isTaken && Bun.env[variable] === undefined) return []
    const chosen = isTaken ? freeNear(port, used) : port
    used.add(chosen)
    return [`${variable}=${chosen}`]
  })
  return [...words, command].join(' ')
}

/** Why nothing can listen there, as a sentence. */
export function problemAt(port: number | string): string | undefined {
  try {
    Bun.listen({ hostname: '127.0.0.1', port: Number(port), socket: { data() {} } }).stop(true)
    return undefined
  } catch (error) {
    const isDenied = error instanceof Error && 'code' in error && error.code === 'EACCES'
    return `Port ${port} ${isDenied ? 'is not ours to take' : 'is in use already'}.`
  }
}

function portsOf({ processes }: Lesson): Wanted[] {
  const all = processes.toReversed().flatMap(({ variable, port, also = {} }) => {
    const own = variable !== undefined && port !== undefined ? { [variable]: port } : {}
    return Object.entries({ ...own, ...also })
  })
  return all.map(([variable, usualPort]) => ({ variable, port: portOr(variable, usualPort) }))
}

function guidePort(): Wanted {
  return { variable: guide.variable, port: portOr(guide.variable, guide.usualPort) }
}

/** Not the next one: that may be another of ours. */
function freeNear(port: number, used: ReadonlySet<number>): number {
  const first = port < 1024 ? 8000 : port
  for (let near = first + (first === port ? 100 : 0); near < 65_536; near += 100)
    if (!used.has(near) && problemAt(near) === undefined) return near
  return 8000
}
