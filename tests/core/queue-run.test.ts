/** How a job is run: when it is tried again, and what of its result arrives. The same on both engines. */
import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'

import { consume, queue } from '../../core/queue'
import { queueName, testEngines } from './queue/engines'
import { failureOf } from './queue/failure'
import * as tasks from './queue/tasks'

for (const engine of testEngines()) {
  describe.skipIf(!engine.isHere)(`A job (${engine.name})`, () => {
    beforeAll(() => engine.start())
    afterAll(() => engine.stop())

    test('is tried again after its backoff, then after twice that', async () => {
      // In the middle of what an engine may spread it over.
      using random = spyOn(Math, 'random').mockReturnValue(0.5)
      const name = queueName()
      const options = engine.options()
      const failedAt: number[] = []
      await using consumer = await consume(name, tasks, {
        ...options,
        onError: () => failedAt.push(performance.now()),
      })
      await using jobs = queue<typeof tasks>(name, { ...options, attempts: 3, backoff: 400 })
      const job = await jobs.failAlways('it')
      expect(await failureOf(job.finished())).toContain('never works')
      const [first = 0, second = 0, third = 0] = failedAt
      expect([second - first, third - second].map((gap) => Math.floor(gap / 398))).toEqual([1, 2])
      expect([consumer.name, random()]).toEqual([name, 0.5])
    })

    test('has a result although it is removed as soon as it ends', async () => {
      const name = queueName()
      const options = engine.options()
      await using consumer = await consume(name, tasks, options)
      await using jobs = queue<typeof tasks>(name, { ...options, keep: { succeeded: 0 } })
      for (let left = 0; left < 200; left++)
        expect(await (await jobs.add(left, 1)).finished()).toBe(left + 1)
      expect(consumer.name).toBe(name)
    })

    test('waits for a result that is a function too, which knows the job that it is a part of', async () => {
      const name = queueName()
      const options = engine.options()
      await using consumer = await consume(name, tasks, options)
      await using jobs = queue<typeof tasks>(name, options)
      expect(await (await jobs.build()).finished()).toBe('built at attempt 1')
      expect(consumer.name).toBe(name)
    })
  })
}
