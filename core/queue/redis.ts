/** Connections to Redis or Valkey for BullMQ, through Bun's own client. */
import { setTimeout as sleep } from 'node:timers/promises'

import { createBunRedisClient } from 'bullmq'
import { RedisClient } from 'bun'

import { settledWithin } from '../options'
import { askLogin, LoginRefusedError } from './login'

/** Between two tries to connect, in milliseconds: the first time, and at most. */
const pauses = { first: 100, longest: 2_000 }

type BullClient = ReturnType<typeof createBunRedisClient>

/**
 * One connection, and those that BullMQ makes in its image.
 * `isPatient`: commands wait for a lost connection to come back. Otherwise they fail, and the caller decides.
 * `onRefused` is called for every try that the broker turns away.
 */
export class RedisConnection {
  /** In the clothes that BullMQ knows. Given the bare client, it spins when the connection is lost. */
  readonly forBullMQ: BullClient
  /** Why there is no connection, as far as it is known. */
  trouble: unknown = undefined
  private readonly clients: RedisClient[] = []
  private wasConnected = false
  private readonly closing = new AbortController()

  constructor(
    private readonly url: string,
    private readonly isPatient: boolean,
    private readonly onRefused: (error: LoginRefusedError) => void = () => {},
  ) {
    this.forBullMQ = heard(createBunRedisClient(this.open()))
  }

  /** The one in use: BullMQ replaces a client that has failed. */
  get client(): RedisClient {
    return this.clients.findLast(({ connected }) => connected) ?? this.clients[0]!
  }

  /** A client that goes on looking for a lost broker keeps the process alive: none is left behind. */
  async closeAfter(work: Promise<unknown>, milliseconds = 1_000): Promise<void> {
    // Nothing is on its way to a broker that was never there.
    if (!this.wasConnected) this.closing.abort()
    await settledWithin(work, milliseconds)
    this.closing.abort()
    for (const client of this.clients) {
      // To BullMQ, which has forgotten it, this would be a lost connection.
      Object.assign(client, { onclose() {} })
      client.close()
    }
  }

  private open(): RedisClient {
    const options = { enableOfflineQueue: this.isPatient, maxRetries: 2 ** 30 }
    const client = new RedisClient(this.url, options)
    const connect = client.connect.bind(client)
    client.connect = () => this.connect(connect)
    client.duplicate = async () => this.open()
    this.clients.push(client)
    return client
  }

  /**
   * A client that is turned away has failed for ever, and BullMQ asks it again at once, and again, and never lets go
   * of the event loop. So it connects when the broker is known to let it in, and does not fail at once.
   */
  private async connect(connect: () => Promise<void>): Promise<void> {
    const { signal } = this.closing
    for (let pause = pauses.first; ; pause = Math.min(2 * pause, pauses.longest)) {
      try {
        await askLogin(this.url, signal)
        break
      } catch (error) {
        this.trouble = error
        if (error instanceof LoginRefusedError) this.onRefused(error)
        await sleep(pause, undefined, { signal })
      }
    }
    try {
      await connect()
      this.wasConnected = true
      this.trouble = undefined
    } catch (error) {
      this.trouble = error
      // BullMQ puts another client in the place of one that has failed.
      do await sleep(pauses.longest, undefined, { signal })
      while (!this.client.connected)
    }
  }
}

/** BullMQ stops to listen when it closes, and an error that nobody hears then would end the process. */
function heard(client: BullClient): BullClient {
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (...options) => heard(duplicate(...options))
  return client.on('error', () => {})
}
