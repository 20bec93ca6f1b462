import { Database } from 'bun:sqlite'

export type Row = {
  id: number
  asked: number
  answered: number | null
  status: 'waiting' | 'done' | 'failed'
  note: string
}

const db = new Database(':memory:')
db.run(`
  CREATE TABLE responses (
    id INTEGER PRIMARY KEY,
    asked INTEGER NOT NULL,
    answered INTEGER,
    status TEXT NOT NULL DEFAULT 'waiting',
    note TEXT NOT NULL DEFAULT ''
  )
`)
const insert = db.query<Row, [number]>(
  'INSERT INTO responses (asked) VALUES (?) RETURNING *',
)
const update = db.query<null, [string, number | null, string, number]>(
  `UPDATE responses SET status = ?, answered = ?, note = ?
    WHERE id = ?`,
)
const newest = db.query<Row, []>(
  'SELECT * FROM responses ORDER BY id DESC LIMIT 20',
)

/** At the press: a row that waits. */
export function add(asked: number): Row {
  const row = insert.get(asked)
  if (!row) throw new Error('SQLite did not return the new row.')
  return row
}

/** The service has answered. */
export function finish(id: number, answered: number) {
  update.run('done', answered, '', id)
}

/** It has not, and this is why. */
export function fail(id: number, note: string) {
  update.run('failed', null, note, id)
}

export function list(): Row[] {
  return newest.all()
}
