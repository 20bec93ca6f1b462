/** What the plugin costs a route that attaches no task. */
import { httpTable } from './attached'
import { interleave, ratio } from './measure'
import { close, names, startAll } from './peers'
import { type Group, type Section, without } from './section'
import { pinning } from './server'
import { lacksWrk, load } from './wrk'

const connections = 32
const subjects = [names.ours, names.hook, names.bare, names.again]

export const unattached: Group = {
  name: 'unattached',
  title: 'A route that attaches no task',

  async measure(run): Promise<Section> {
    if (lacksWrk) return without(lacksWrk)
    await using stack = new AsyncDisposableStack()
    const commands = Object.fromEntries(subjects.map((name) => [name, close[name] ?? []]))
    const servers = await startAll(commands, stack)
    const rounds = run.rounds(12, 1)
    run.say(`${subjects.length} servers, ${rounds} rounds`)
    const take = (name: string) => load(servers.get(name)!, '/none', connections)
    if (!run.isQuick) await interleave(subjects, 1, take)
    const samples = await interleave(subjects, rounds, take)
    return {
      method: `As above, ${rounds} rounds, ${pinning}.`,
      tables: [httpTable(samples, names.ours)],
      bounds: [
        {
          what: `requests/s without a task / ${names.hook}`,
          figure: ratio(samples, 'rate', names.ours, names.hook),
          unit: 'times',
          least: 0.98,
        },
      ],
      leftOut: [],
    }
  },
}
