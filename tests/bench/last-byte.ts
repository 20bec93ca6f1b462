/** How long a task that blocks for 200 ms holds up its own response. */
import { bun, here, pinSelf } from './machine'
import { figure, interleave, ratio, type Sample, summary } from './measure'
import { startAll } from './peers'
import type { Bound, Group, Section, Table } from './section'
import { pinning, type Server } from './server'

const ours = 'this library'
const bare = 'Elysia, no task'
const hook = 'the task in a bare onAfterResponse'
const bodies = { small: '1 KB', large: '8 MB', stream: 'a stream of 20 parts' } as const

export const lastByte: Group = {
  name: 'last-byte',
  title: 'Time to the last byte, with a task that blocks for 200 ms',

  async measure(run): Promise<Section> {
    await using stack = new AsyncDisposableStack()
    const program = (shape: string) => [bun, here('subjects/blocking.ts'), shape]
    const commands = { [ours]: program('ours'), [bare]: program('bare'), [hook]: program('hook') }
    const servers = await startAll(commands, stack)
    stack.use(pinSelf())
    const rounds = run.rounds(16, 2)
    run.say(`3 servers, 3 bodies, ${rounds} rounds`)
    const take = (name: string) => timeBodies(servers.get(name)!)
    for (const server of servers.values())
      for (let time = 0; time < run.rounds(2_000, 20); time++)
        await (await fetch(`${server.url}/body/small`)).text()
    await interleave([...servers.keys()], 1, take)
    const samples = await interleave([...servers.keys()], rounds, take)

    const columns: Table['columns'] = Object.values(bodies).map((title) => [title, 'milliseconds'])
    const kinds = Object.keys(bodies)
    return {
      method: `One client, one request at a time, ${rounds} rounds, ${pinning}. The server without a task blocks for 200 ms between the requests too.`,
      tables: [
        {
          columns,
          rows: [ours, bare, hook].map((name) => [
            name,
            ...kinds.map((kind) => figure(samples, name, kind)),
          ]),
        },
      ],
      bounds: Object.entries(bodies).map(([kind, title]): Bound => ({
        what: `time to the last byte of ${title} / ${bare}`,
        figure: ratio(samples, kind, ours, bare),
        unit: 'times',
        most: 1.1,
      })),
      leftOut: [],
    }
  },
}

async function timeBodies(server: Server): Promise<Sample> {
  const times: Record<string, number> = {}
  for (const kind of Object.keys(bodies)) {
    const taken: number[] = []
    // Half a millisecond is at the mercy of whatever else wakes up: the middle one of several.
    for (let time = 0; time < (kind === 'small' ? 5 : 1); time++)
      taken.push(await timeBody(server, kind))
    times[kind] = summary(taken).median
  }
  return times
}

async function timeBody(server: Server, kind: string): Promise<number> {
  const began = performance.now()
  const response = await fetch(`${server.url}/body/${kind}`)
  await response.arrayBuffer()
  const taken = performance.now() - began
  await (await fetch(`${server.url}/rest`)).text()
  return taken
}
