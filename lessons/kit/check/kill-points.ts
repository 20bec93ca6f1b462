/**
 * Ends this process at a chosen moment of a job, as `kill -9` would: no `finally`, no rollback, no goodbye. Import it
 * before the exercise.
 */
import { Database, type Statement } from 'bun:sqlite'

/** 'never', before the first write to a file, right after the write of that number, or while a receipt is printed. */
export type KillPoint = 'never' | 'before' | number | 'printing'

const changesRows = /^\s*(insert|update|delete|replace)/i
/** Milliseconds. From here on, a sleep is a printer at work, not a pause of the queue. */
const printing = 100

/** Counts the writes to `file`, and shortens what takes long. */
export class Kills {
  writes = 0

  constructor(
    private readonly point: KillPoint,
    private readonly file: string,
  ) {
    this.watchWrites()
    this.shortenReceipts()
  }

  private watchWrites(): void {
    const { prototype } = Database
    const query = Reflect.get(prototype, 'query') as (this: Database, sql: string) => Statement
    const watch = (database: Database, sql: string) => {
      const statement = query.call(database, sql)
      const isWatched = database.filename === this.file && changesRows.test(sql)
      return isWatched ? this.watched(statement) : statement
    }
    Reflect.set(prototype, 'query', function (this: Database, sql: string) {
      return watch(this, sql)
    })
  }

  private watched(statement: Statement): Statement {
    return new Proxy(statement, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          if (this.point === 'before') kill()
          const result: unknown = Reflect.apply(value, target, args)
          if (++this.writes === this.point) kill()
          return result
        }
      },
    })
  }

  private shortenReceipts(): void {
    const { sleep } = Bun
    const shorter = (milliseconds: number | Date) => {
      if (typeof milliseconds !== 'number' || milliseconds < printing) return sleep(milliseconds)
      if (this.point === 'printing') kill()
      return sleep(Math.random() * 15)
    }
    Object.defineProperty(Bun, 'sleep', { value: shorter })
  }
}

function kill(): never {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('A process outlived its kill.')
}
