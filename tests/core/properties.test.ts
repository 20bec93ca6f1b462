/** What holds for any mix of tasks. */
import { expect, test } from 'bun:test'

import fc from 'fast-check'

import { BackgroundRunner, BackgroundTask, BackgroundTasks } from '../../core'

type Plan = { kind: 'sync' | 'async' | 'slow'; throws: boolean; adds: Plan[] }

/** A task that adds up to three tasks while it runs, which add more, `depth` levels deep. */
const planOf = (depth: number): fc.Arbitrary<Plan> =>
  fc.record({
    kind: fc.constantFrom('sync', 'async', 'slow'),
    throws: fc.boolean(),
    adds: depth > 0 ? fc.array(planOf(depth - 1), { maxLength: 3 }) : fc.constant<Plan[]>([]),
  })

const plan = planOf(2)

const policy = fc.constantFrom('halt' as const, 'continue' as const)

/** Adds the tasks of `plans` to `list`. Tasks note their number when they start, and add more while they run. */
function add(
  list: BackgroundTasks,
  plans: Plan[],
  started: number[],
  counter: { added: number },
): void {
  for (const { kind, throws, adds } of plans) {
    const number = counter.added++
    const work = () => {
      started.push(number)
      add(list, adds, started, counter)
      if (throws) throw new Error(`task ${number}`)
    }
    if (kind === 'sync') list.addTask(work)
    if (kind === 'async') list.addTask(async () => work())
    if (kind === 'slow') list.addTask(() => new Promise(setImmediate).then(work))
  }
}

/** What must start and fail, by the rule: in the order of adding, up to the first failure or all of it. */
function expected(plans: Plan[], onFailure: 'halt' | 'continue') {
  const started: number[] = []
  const failed: number[] = []
  const queue = [...plans]
  for (let next = queue.shift(); next; next = queue.shift()) {
    const number = started.push(started.length) - 1
    queue.push(...next.adds)
    if (!next.throws) continue
    failed.push(number)
    if (onFailure === 'halt') break
  }
  return { started, failed }
}

test('any list keeps its order, halts by its policy, runs each task once and leaves nothing pending', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(plan, { maxLength: 6 }), { maxLength: 4 }),
      policy,
      fc.integer({ min: 1, max: 3 }),
      async (lists, onFailure, concurrency) => {
        const failures: unknown[] = []
        const runner = new BackgroundRunner({
          onFailure,
          concurrency,
          onError: ({ error }) => failures.push(error),
        })
        const runs = lists.map((plans) => {
          const started: number[] = []
          const list = new BackgroundTasks(undefined, runner)
          add(list, plans, started, { added: 0 })
          return started
        })

        await runner.idle()

        const rule = lists.map((plans) => expected(plans, onFailure))
        expect(runs).toEqual(rule.map(({ started }) => started))
        expect(failures.length).toBe(rule.flatMap(({ failed }) => failed).length)
        expect(runner.pending).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
})

test('any nesting of lists runs like the flat list', async () => {
  type Nested = number | Nested[]
  const { nested } = fc.letrec<{ nested: Nested }>((tie) => ({
    nested: fc.oneof({ maxDepth: 4 }, fc.nat(), fc.array(tie('nested'), { maxLength: 4 })),
  }))

  await fc.assert(
    fc.asyncProperty(fc.array(nested), async (lists) => {
      const ran: number[] = []
      const build = (items: Nested[]): BackgroundTasks =>
        new BackgroundTasks(
          items.map((item) =>
            typeof item === 'number' ? new BackgroundTask(() => ran.push(item)) : build(item),
          ),
        )

      await build(lists).run()

      expect(ran).toEqual((lists as unknown[]).flat(Infinity) as number[])
    }),
  )
})
