/** Connections to Redis or Valkey: ioredis, in the way that BullMQ needs it. */
import { settledWithin } from '../options'
import { codeOf, isReply } from './errors'
import { Job as BullJob, Redis, type RedisOptions } from './packages-redis'

/** Between two tries to connect: the first time, at most, and after a command was refused. In milliseconds. */
const pauses = { first: 100, longest: 2_000, refused: 500 }

/** A broker says no more than this before it is ready. What does is something else, and could fill the memory. */
const longestGreeting = 1_000_000

type Reconnection = Pick<RedisOptions, 'reconnectOnError' | 'retryStrategy'>

/** One connection, and those that BullMQ makes in its image: a door for those who call. */
export class RedisConnection {
  readonly client: Redis
  isOpen = false
  /** Why it is not ready, as far as it is known. */
  trouble: unknown = undefined
  private readonly clients: Redis[] = []
  /** And has been told to be. */
  private isAway = false

  /** With `onTrouble`, commands wait until they are taken. Without it, whoever sent them decides. */
  constructor(url: string, onTrouble?: (error: Error) => void) {
    this.client = this.prepare(
      new Redis(addressOf(url), {
        // In RESP 3, and with the client's own introduction, a broker that is full closes without a word.
        protocol: 2,
        disableClientInfo: true,
        // BullMQ asks for this.
        maxRetriesPerRequest: null,
        // A call whose caller has been told that nothing was stored must not be sent any more.
        enableOfflineQueue: onTrouble !== undefined,
        disconnectTimeout: 500,
        ...(onTrouble ? this.sendAgain(onTrouble) : reconnectToPrimary),
      }),
    )
    if (/^(redis|valkey)s:/i.test(url))
      this.trouble = new Error(
        'No answer in TLS, which rediss:// asks for. Does that port speak it?',
      )
    this.client.on('error', (error) => {
      if (codeOf(error) !== 'ETIMEDOUT') this.trouble = error
    })
    this.client.on('ready', () => {
      this.isOpen = true
      this.trouble = undefined
      if (this.isAway) onTrouble?.(new Error('The broker is back.'))
      this.isAway = false
      // The client hears of an end a moment later than its stream.
      for (const end of ['end', 'close']) this.client.stream.once(end, () => (this.isOpen = false))
    })
    if (!onTrouble) this.client.on('close', () => rejectUnanswered(this.client))
  }

  /** A client that goes on looking for a lost broker keeps the process alive: none is left behind. */
  async closeAfter(work: Promise<unknown>, milliseconds: number): Promise<void> {
    await settledWithin(work, milliseconds)
    for (const client of this.clients) client.disconnect()
  }

  /**
   * A worker that is refused would ask again at once, for ever, and a job that has ended would seem to have failed: so
   * the command waits here, until the broker has room, a primary, or the right to take it. BullMQ also waits for a
   * broker that is lost, which is right, and says nothing, which is not.
   */
  private sendAgain(tell: (error: Error) => void): Reconnection {
    let isRefused = false
    return {
      reconnectOnError(error) {
        // That one has an answer already: ioredis sends the script itself.
        if (codeOf(error) === 'NOSCRIPT') return false
        isRefused = true
        tell(error)
        return 2
      },
      retryStrategy: (times) => {
        // One that refuses is there, and so is one that takes us back at once.
        if (times > 1 && !this.isAway && !isRefused && !isReply(this.trouble)) {
          this.isAway = true
          tell(new Error('The broker is away. Waiting for it.'))
        }
        const pause = isRefused ? pauses.refused : pauseBefore(times)
        isRefused = false
        return pause
      },
    }
  }

  private prepare(client: Redis): Redis {
    this.clients.push(client)
    // BullMQ stops to listen when it closes.
    client.on('error', () => {})
    client.on('connect', () => limitGreeting(client))
    const duplicate = client.duplicate.bind(client)
    client.duplicate = (options) =>
      this.prepare(duplicate({ ...options, enableOfflineQueue: true }))
    return client
  }
}

/** A proxy may keep the connection to what was the primary: only a new one leads to the next. */
const reconnectToPrimary: Reconnection = {
  reconnectOnError: (error) => /^(READONLY|MASTERDOWN)$/.test(codeOf(error) ?? ''),
  retryStrategy: pauseBefore,
}

function pauseBefore(times: number): number {
  return Math.min(pauses.first * 2 ** (times - 1), pauses.longest)
}

/** ioredis would send them again when the broker is back, however long ago their callers gave up. */
function rejectUnanswered(client: Redis): void {
  const words = new Error('The connection was lost before the answer came.')
  const lost = Object.assign(words, { code: 'ECONNRESET' })
  while (client.commandQueue.length > 0) client.commandQueue.shift()?.command.reject(lost)
}

function limitGreeting(client: Redis): void {
  const { stream } = client
  let left = longestGreeting
  stream.on('data', (chunk: Uint8Array) => {
    if (client.status === 'ready' || (left -= chunk.length) >= 0) return
    stream.destroy(new Error('What answers there is no Redis: it never stops to greet.'))
  })
}

/** Unlike Bun's client, ioredis knows a socket by its path alone, and Valkey not by name. */
function addressOf(url: string): string {
  return url.replace(/^valkey/i, 'redis').replace(/^(redis\+)?unix:\/\//i, '')
}

/** Data that is no JSON makes BullMQ throw wherever it meets that job. Read as a text, the job can fail and be seen. */
export function readAnything(engine: object): void {
  class ReadableJob extends BullJob {
    static override fromJSON: typeof BullJob.fromJSON = (queue, json, id) => {
      try {
        return BullJob.fromJSON(queue, json, id)
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        return BullJob.fromJSON(queue, { ...json, data: JSON.stringify(json.data) }, id)
      }
    }
  }
  Object.defineProperty(engine, 'Job', { value: ReadableJob })
}
