/** A queue is closed while somebody waits for it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'

import { consume, queue, QueueClosedError } from '../../core/queue'
import { subscribe } from '../../core/trace'
import { freePort } from '../support/program'
import { queueName, testEngines } from './queue/engines'
import { failureOf } from './queue/failure'
import * as tasks from './queue/tasks'

for (const engine of testEngines()) {
  describe.skipIf(!engine.isHere)(`A closed queue (${engine.name})`, () => {
    beforeAll(() => engine.start())
    afterAll(() => engine.stop())

    test('tells who waits for a job that the job is still there, and it is', async () => {
      const name = queueName()
      const options = engine.options()
      const jobs = queue<typeof tasks>(name, options)
      tasks.closeGate()
      await using consumer = await consume(name, tasks, options)
      const job = await jobs.waitAtGate()
      const waiting = job.finished().catch((thrown: unknown) => thrown)
      await tasks.started.promise
      // The watch is there when a second one is.
      await using watching = await jobs.watch()

      await jobs.close()

      const error = await waiting
      expect(error).toBeInstanceOf(QueueClosedError)
      expect(error).toMatchObject({ queue: name, id: job.id })
      expect(String(error)).toContain('The job is still there')
      tasks.openGate()
      await using again = queue<typeof tasks>(name, options)
      expect(await (await again.find(job.id))?.finished()).toBe('through')
      expect([consumer.name, typeof watching]).toEqual([name, 'object'])
    })

    test('tells so also who has only just asked, whether somebody watches or nobody', async () => {
      for (const isWatched of [false, true]) {
        const jobs = queue<typeof tasks>(queueName(), engine.options())
        const job = await jobs.add(1, 1)
        await using watching = isWatched ? await jobs.watch() : undefined

        const waiting = job.finished().catch((thrown: unknown) => thrown)
        await jobs.close()

        expect(await waiting).toBeInstanceOf(QueueClosedError)
        expect(typeof watching).toBe(isWatched ? 'object' : 'undefined')
      }
    })

    test('has told every call what became of its job, even one that was under way', async () => {
      const name = queueName()
      const options = { ...engine.options(), patience: 1_000 }
      const ends: ('stored' | 'in doubt' | 'not stored')[] = []
      for (let turn = 0; turn < 60; turn++) {
        const jobs = queue<typeof tasks>(name, options)
        if (turn % 2 === 1) await jobs.ready()
        const adding = Array.from({ length: 20 }, (_, call) =>
          call % 2 === 0 ? jobs.add(1, 1) : jobs.with({ key: `${turn}-${call}` }).add(1, 1),
        )
        // Some are sent by then, others are not.
        for (let step = 0; step < turn % 5; step++) await Promise.resolve()
        await jobs.close()
        for (const call of await Promise.allSettled(adding)) {
          if (call.status === 'fulfilled') ends.push('stored')
          else ends.push(Reflect.get(call.reason, 'isInDoubt') ? 'in doubt' : 'not stored')
        }
      }
      await using again = queue<typeof tasks>(name, options)
      const { waiting } = await again.count()
      const stored = ends.filter((end) => end === 'stored').length
      expect(waiting).toBeGreaterThanOrEqual(stored)
      expect(waiting).toBeLessThanOrEqual(ends.filter((end) => end !== 'not stored').length)
    })
  })

  describe.skipIf(!engine.isHere)(`A consumer that is closed twice (${engine.name})`, () => {
    beforeAll(() => engine.start())
    afterAll(() => engine.stop())

    test('leaves the queue as it is', async () => {
      const name = queueName()
      const options = engine.options()
      await using jobs = queue<typeof tasks>(name, options)
      await jobs.ready()
      const consumer = await consume(name, tasks, options)
      expect([await consumer.close(), await consumer.close()]).toEqual([0, 0])
      await jobs.add(1, 1)
      expect((await jobs.count()).waiting).toBe(1)
    })
  })

  describe.skipIf(!engine.isHere)(`A watch (${engine.name})`, () => {
    beforeAll(() => engine.start())
    afterAll(() => engine.stop())

    test('goes on when another one is disposed of twice', async () => {
      const name = queueName()
      const options = engine.options()
      await using jobs = queue<typeof tasks>(name, options)
      await using consumer = await consume(name, tasks, options)
      const seen: string[] = []
      using _ = subscribe(({ status }) => seen.push(status))
      const first = await jobs.watch()
      await using second = await jobs.watch()
      for (let time = 0; time < 2; time++) await first[Symbol.asyncDispose]()
      await (await jobs.add(1, 1)).finished()
      expect(seen).toEqual(['waiting', 'running', 'succeeded'])
      expect([consumer.name, typeof second]).toEqual([name, 'object'])
    })
  })
}

describe('A queue that is closed before its broker is there', () => {
  test('tells a call that waits, and a watch', async () => {
    const url = `redis://127.0.0.1:${freePort()}`
    const jobs = queue<typeof tasks>('jobs', { url, patience: 1_000 })
    const adding = failureOf(jobs.add(1, 1))
    await jobs.engine
    await jobs.close()
    expect(await adding).toBe('The queue jobs is closed.')

    const watched = queue<typeof tasks>('jobs', { url, patience: 100 })
    const watching = failureOf(watched.watch())
    await watched.engine
    await watched.close()
    expect(await watching).toContain('did not answer within 100 ms')
  })
})
