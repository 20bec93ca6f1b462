/** Thousands of connections that never pause, each request with a no-op task: is everybody served? */
import { openFiles } from './machine'
import { figure, interleave } from './measure'
import { close, names, startAll } from './peers'
import { type Group, type Section, without } from './section'
import { pinning } from './server'
import { lacksWrk, load } from './wrk'

const subjects = [names.ours, names.hook]

export const crowd: Group = {
  name: 'crowd',
  title: 'Ten thousand connections with a no-op task each',

  async measure(run): Promise<Section> {
    if (lacksWrk) return without(lacksWrk)
    await using stack = new AsyncDisposableStack()
    const commands = Object.fromEntries(subjects.map((name) => [name, close[name] ?? []]))
    const servers = await startAll(commands, stack)
    const wanted = run.isQuick ? 1_000 : 10_000
    const connections = Math.min(wanted, openFiles() - 500)
    const seconds = run.isQuick ? 1 : 20
    run.say(`${connections} connections, ${seconds} s each`)
    const samples = await interleave(subjects, 1, async (name) => {
      const server = servers.get(name)!
      const options = { seconds, mayRefuse: true }
      const { wrong = Number.NaN, ...sample } = await load(server, '/', connections, options)
      return { ...sample, refused: wrong, memory: server.memory }
    })
    return {
      method: `wrk, ${connections.toLocaleString('en-US')} connections for ${seconds} s, once, ${pinning}. Memory is the server's at the end.`,
      tables: [
        {
          columns: [
            ['requests/s', 'a second'],
            ['p99', 'milliseconds'],
            ['answered 503', 'times'],
            ['memory', 'bytes'],
          ],
          rows: subjects.map((name) => [
            name,
            figure(samples, name, 'rate'),
            figure(samples, name, 'p99'),
            figure(samples, name, 'refused'),
            figure(samples, name, 'memory'),
          ]),
        },
      ],
      bounds: [
        {
          what: `requests answered 503, ${connections.toLocaleString('en-US')} connections for ${seconds} s`,
          figure: figure(samples, names.ours, 'refused'),
          unit: 'times',
          most: 0,
        },
      ],
      leftOut:
        connections < wanted
          ? [`More than ${connections} connections: ${openFiles()} open files are allowed here`]
          : [],
    }
  },
}
