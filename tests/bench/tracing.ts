/** What tracing costs while nobody listens. */
import { rateInChild } from './child'
import { figure, interleave, ratio } from './measure'
import type { Group, Section } from './section'

const withTracing = 'list'
const again = 'list again'
const without = 'list without tracing'
const titles = {
  [withTracing]: 'with tracing, no subscriber',
  [again]: 'the same again',
  [without]: 'without tracing',
} as const
const names = [withTracing, again, without] as const

export const tracing: Group = {
  name: 'tracing',
  title: 'Tracing with no subscriber',

  async measure(run): Promise<Section> {
    const rounds = run.rounds(20, 1)
    const [tasks, times] = run.isQuick ? [2_000, 10] : [10_000, 40]
    run.say(`3 subjects, ${rounds} rounds`)
    const samples = await interleave(names, rounds, (name) => rateInChild(name, tasks, times))
    return {
      method: `${tasks.toLocaleString('en-US')} no-op tasks in one list, the median of ${times} times in a process of its own, ${rounds} rounds; "without" replaces the function that publishes by one that does nothing.`,
      tables: [
        {
          columns: [
            ['tasks/s', 'a second'],
            ['a task', 'nanoseconds'],
            ['this / without tracing', 'times'],
          ],
          rows: names.map((name) => [
            titles[name],
            figure(samples, name, 'rate'),
            figure(samples, name, 'nanoseconds'),
            ratio(samples, 'rate', name, without),
          ]),
        },
      ],
      bounds: [
        {
          what: 'tasks/s with no subscriber / without tracing',
          figure: ratio(samples, 'rate', withTracing, without),
          unit: 'times',
          // Of two runs of the same code, one is 0.93 to 1 of the other.
          least: 0.93,
        },
      ],
      leftOut: [],
    }
  },
}
