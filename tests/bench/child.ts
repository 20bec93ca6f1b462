/** A subject in a process of its own, so that nobody's garbage is another's; not pinned, as the collector has threads. */
import { bun, here } from './machine'
import type { Sample } from './measure'

/** Runs a subject of subjects/in-process.ts to its end, and gives what it has printed. */
export async function inChild(
  subject: string,
  what: 'rate' | 'memory' | 'growth',
  tasks: number,
  times: number,
): Promise<Sample> {
  const program = [bun, here('subjects/in-process.ts'), subject, what, String(tasks), String(times)]
  const child = Bun.spawn(program, {
    env: { ...process.env, NODE_ENV: 'production' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const printed = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`${subject}, ${what}: it failed.`)
  return JSON.parse(printed) as Sample
}

/** Tasks a second, for ratios in which more is better. */
export async function rateInChild(subject: string, tasks: number, times: number): Promise<Sample> {
  const { nanoseconds = Number.NaN } = await inChild(subject, 'rate', tasks, times)
  return { nanoseconds, rate: 1e9 / nanoseconds }
}
