/** Connections to Redis or Valkey for BullMQ, through Bun's own client. */
import { type ConnectionOptions, createBunRedisClient } from 'bullmq'
import { RedisClient } from 'bun'

import { settledWithin } from '../time'

/**
 * One connection, and those that BullMQ makes in its image.
 * `isPatient`: commands wait for a lost connection to come back. Otherwise they fail, and the caller decides.
 */
export class RedisConnection {
  readonly client: RedisClient
  /** In the clothes that BullMQ knows. Given the bare client, it spins when the connection is lost. */
  readonly forBullMQ: ConnectionOptions
  private readonly clients: RedisClient[] = []

  constructor(
    private readonly url: string,
    private readonly isPatient: boolean,
  ) {
    this.client = this.open()
    this.forBullMQ = createBunRedisClient(this.client)
  }

  /** A client that goes on looking for a lost broker keeps the process alive: none is left behind. */
  async closeAfter(work: Promise<unknown>, milliseconds = 1_000): Promise<void> {
    await settledWithin(work, milliseconds)
    for (const client of this.clients) {
      // To BullMQ, which has forgotten it, this would be a lost connection.
      Object.assign(client, { onclose() {} })
      client.close()
    }
  }

  private open(): RedisClient {
    const options = { enableOfflineQueue: this.isPatient, maxRetries: 2 ** 30 }
    const client = new RedisClient(this.url, options)
    client.duplicate = async () => this.open()
    this.clients.push(client)
    return client
  }
}
