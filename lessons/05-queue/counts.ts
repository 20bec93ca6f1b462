import { db } from './database'
import { type Kind, life } from './outbox'

type Count = {
  taken: number
  done: number
  twice: number
  gone: number
}

/** `gone`: promised by a program that has ended, and not sent. */
export function count(kind: Kind): Count {
  const row = db.query<Count, string[]>(
    `SELECT count(*) AS taken, count(sent) AS done,
      count(*) FILTER (WHERE runs > 1) AS twice,
      count(*) FILTER (WHERE sent IS NULL AND life <> ?) AS gone
      FROM mails WHERE kind = ? AND job IS NOT NULL`,
  )
  return row.get(life, kind) ?? { taken: 0, done: 0, twice: 0, gone: 0 }
}

/** Counts from 0 again. What is stored is done all the same. */
export function reset() {
  db.run('UPDATE mails SET job = NULL')
}
