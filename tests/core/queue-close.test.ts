/** A queue is closed while somebody waits for it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'

import { consume, queue, QueueClosedError } from '../../core/queue'
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
