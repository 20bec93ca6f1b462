/** The engines that every test of the queue runs on: the same tests, the same results. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { EngineOptions } from '../../../core/queue'
import { hasRedis, RedisServer } from './redis'

export type TestEngine = {
  readonly name: string
  readonly isHere: boolean
  start(): Promise<void>
  /** Where a queue of its own is, of which nothing is stored yet. */
  options(): EngineOptions
  stop(): Promise<void>
}

export function testEngines(): TestEngine[] {
  return [embedded(), bullmq()]
}

function embedded(): TestEngine {
  let folder = ''
  return {
    name: 'bunqueue in a file',
    isHere: true,
    async start() {
      folder = mkdtempSync(join(tmpdir(), 'queue-file-'))
    },
    options: () => ({ url: null, file: join(folder, `${Bun.randomUUIDv7()}.sqlite`) }),
    async stop() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function bullmq(): TestEngine {
  let redis: RedisServer | undefined
  return {
    name: 'BullMQ on Redis',
    isHere: hasRedis,
    async start() {
      redis = await new RedisServer().start()
    },
    options: () => ({ url: redis?.url ?? null }),
    async stop() {
      await redis?.[Symbol.asyncDispose]()
    },
  }
}

/** A name that no other test has: on Redis they share a server. */
export const queueName = (): string => `test-${Bun.randomUUIDv7()}`
