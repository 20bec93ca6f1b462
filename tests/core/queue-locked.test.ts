/** The file of an embedded queue while another program writes to it, and when the disk is full. */
import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { consume, type EngineOptions, queue, QueueUnavailableError } from '../../core/queue'
import { until } from '../support/until'
import * as tasks from './queue/tasks'

/** In milliseconds. The event loop would stand still for 5,000 if SQLite waited. */
const longestStall = 1_000

let folder: string
let where: EngineOptions
beforeEach(() => {
  tasks.calls.length = 0
  folder = mkdtempSync(join(tmpdir(), 'queue-locked-'))
  where = { url: null, file: join(folder, 'jobs.sqlite'), patience: 1_500 }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const jobsOf = (options: EngineOptions = {}) =>
  queue<typeof tasks>('jobs', { ...where, ...options })

/** Writes to the file, as another program would, and does not come to an end. */
function lock(): Disposable {
  const other = new Database(where.file)
  other.run('BEGIN IMMEDIATE')
  return { [Symbol.dispose]: () => other.close() }
}

/** How long the event loop stood still at most while `work` was done. */
async function stallDuring(work: Promise<unknown>): Promise<number> {
  let longest = 0
  let last = performance.now()
  const look = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(look, 5)
  await work.catch(() => {})
  clearInterval(timer)
  look()
  return longest
}

describe('While another program writes to the file', () => {
  test('a call waits within its patience with the event loop turning, and says what is wrong', async () => {
    await using jobs = jobsOf()
    await jobs.add(1, 1)
    using other = lock()
    const began = performance.now()
    const adding = Promise.all(Array.from({ length: 20 }, () => jobs.add(1, 2)))
    expect(await stallDuring(adding)).toBeLessThan(longestStall)
    const error = await adding.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(QueueUnavailableError)
    expect(error).toMatchObject({ reason: 'SQLITE_BUSY', isInDoubt: false, milliseconds: 1_500 })
    expect(String(error)).toContain('Nothing was stored. Another program is writing to the file')
    expect(performance.now() - began).toBeGreaterThan(1_400)
    // Reading is allowed.
    expect((await jobs.count()).waiting).toBe(1)
    expect(other).toBeDefined()
  })

  test('what is called meanwhile is stored, once, when it has ended', async () => {
    await using jobs = jobsOf({ patience: 10_000 })
    await jobs.add(0, 0)
    const other = lock()
    const began = performance.now()
    const adding = [jobs.add(1, 1), jobs.with({ key: 'one' }).add(1, 1)]
    await until('it has waited', () => performance.now() > began + 100)
    other[Symbol.dispose]()
    await Promise.all(adding)
    expect((await jobs.count()).waiting).toBe(3)
  })

  test('a job that ends waits, is not run again, and nothing stands still', async () => {
    await using jobs = jobsOf()
    await using consumer = await consume('jobs', tasks, where)
    tasks.closeGate()
    const job = await jobs.waitAtGate()
    await tasks.started.promise
    const other = lock()
    tasks.openGate()
    const ended = job.finished()
    const stall = stallDuring(ended)
    const began = performance.now()
    await until('it has waited', () => performance.now() > began + 500)
    expect((await jobs.count()).running).toBe(1)
    other[Symbol.dispose]()
    expect(await ended).toBe('through')
    expect(await stall).toBeLessThan(longestStall)
    expect(tasks.calls).toHaveLength(1)
    expect(consumer.name).toBe('jobs')
  })

  test('a consumer that closes meanwhile counts a job that waits to end as unfinished', async () => {
    await using jobs = jobsOf()
    const consumer = await consume('jobs', tasks, where)
    tasks.closeGate()
    const job = await jobs.waitAtGate()
    await tasks.started.promise
    const other = lock()
    const warned = spyOn(console, 'error').mockImplementation(() => {})
    tasks.openGate()
    await until('it waits', () => String(warned.mock.calls).includes('waits for the file'))
    warned.mockRestore()

    expect(await consumer.close(50)).toBe(1)
    other[Symbol.dispose]()
    expect(await job.finished()).toBe('through')
    expect(await consumer.close()).toBe(0)
  })

  test('a consumer that cannot open the file says so, and another one can later', async () => {
    const first = jobsOf()
    await first.add(1, 1)
    await first.close()
    {
      using other = lock()
      const opening = consume('jobs', tasks, where)
      expect(await stallDuring(opening)).toBeLessThan(longestStall)
      expect(await opening.catch((thrown: unknown) => thrown)).toMatchObject({
        reason: 'SQLITE_BUSY',
      })
      expect(other).toBeDefined()
    }
    await using consumer = await consume('jobs', tasks, where)
    await until('the job has run', () => tasks.calls.length === 1)
    expect(consumer.name).toBe('jobs')
  })
})

describe('When the disk is full', () => {
  let disk: string
  let isMounted = false
  beforeEach(() => {
    disk = join(folder, 'disk')
    const mount = ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]
    Bun.spawnSync(['mkdir', '-p', disk])
    isMounted = process.getuid?.() === 0 && Bun.spawnSync(mount).success
    where = { url: null, file: join(disk, 'jobs.sqlite'), patience: 300 }
  })
  afterEach(() => {
    if (isMounted) Bun.spawnSync(['umount', '-l', disk])
  })

  /** As other programs do. */
  function fillFromOutside(): void {
    const big = join(disk, 'big')
    const { stderr } = Bun.spawnSync(['dd', 'if=/dev/zero', `of=${big}`, 'bs=4k'])
    expect(stderr.toString()).toContain('No space left')
  }

  const makeRoom = () => Bun.spawnSync(['mount', '-o', 'remount,size=16m', disk])

  /** Adds jobs until the disk is full. Resolves with how many were stored. */
  async function fill(jobs: ReturnType<typeof jobsOf>): Promise<number> {
    for (let stored = 0; ; stored++) {
      const error = await jobs.greet('x'.repeat(2_000)).then(() => undefined, String)
      if (error === undefined) continue
      expect(error).toContain('Nothing was stored. The disk is full.')
      return stored
    }
  }

  test('nothing that was acknowledged is lost, and all is counted after a restart', async () => {
    if (!isMounted) return console.warn('Skipped: a full disk, which takes root and tmpfs.')
    const jobs = jobsOf()
    const stored = await fill(jobs)
    expect((await jobs.count()).waiting).toBe(stored)
    await jobs.close()

    await using again = jobsOf()
    // It is still full.
    expect((await again.count()).waiting).toBe(stored)
    const failure = await again.add(1, 1).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ reason: 'SQLITE_FULL', isInDoubt: false })

    makeRoom()
    await using consumer = await consume('jobs', tasks, where)
    await until('all are counted', async () => (await again.count()).succeeded === stored)
    expect(tasks.calls).toHaveLength(stored)
    expect(consumer.name).toBe('jobs')
  }, 30_000)

  test('a job that ends waits for room, and is counted as running until then', async () => {
    if (!isMounted) return console.warn('Skipped: a full disk, which takes root and tmpfs.')
    await using jobs = jobsOf()
    await using consumer = await consume('jobs', tasks, { ...where, concurrency: 1 })
    tasks.closeGate()
    const job = await jobs.waitAtGate()
    await tasks.started.promise
    const stored = await fill(jobs)
    tasks.openGate()
    expect(await jobs.count()).toMatchObject({ running: 1, waiting: stored })

    makeRoom()
    expect(await job.finished()).toBe('through')
    await until('all are counted', async () => (await jobs.count()).succeeded === stored + 1)
    expect(tasks.calls).toHaveLength(stored + 1)
    expect(consumer.name).toBe('jobs')
  }, 30_000)

  test('a job that ends on a disk that others have filled waits for room, and runs once', async () => {
    if (!isMounted) return console.warn('Skipped: a full disk, which takes root and tmpfs.')
    await using jobs = jobsOf()
    await using consumer = await consume('jobs', tasks, where)
    tasks.closeGate()
    const job = await jobs.waitAtGate()
    await tasks.started.promise
    fillFromOutside()
    const warned = spyOn(console, 'error').mockImplementation(() => {})
    tasks.openGate()
    await until('it waits', () => String(warned.mock.calls).includes('The disk is full'))
    warned.mockRestore()
    expect(await jobs.find(job.id)).toMatchObject({ status: 'running' })

    makeRoom()
    expect(await job.finished()).toBe('through')
    expect(await jobs.find(job.id)).toMatchObject({ status: 'succeeded', attempts: 1 })
    expect(consumer.name).toBe('jobs')
  }, 30_000)
})
