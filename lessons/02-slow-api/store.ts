import { Database } from 'bun:sqlite'

export type Row = {
  id: number
  request_time: number
  response_time: number | null
  status: 'waiting' | 'done' | 'failed'
  note: string
}

const db = new Database(':memory:')

// The key is a number of its own. With request_time, a whole second,
// as the key, two presses in one second would share a row.
db.run(`
  CREATE TABLE responses (
    id INTEGER PRIMARY KEY,
    request_time INTEGER NOT NULL,
    response_time INTEGER,
    status TEXT NOT NULL DEFAULT 'waiting',
    note TEXT NOT NULL DEFAULT ''
  )
`)

const insert = db.query<Row, [number]>(
  'INSERT INTO responses (request_time) VALUES (?) RETURNING *',
)
const update = db.query<null, [string, number | null, string, number]>(
  `UPDATE responses SET status = ?, response_time = ?, note = ?
    WHERE id = ?`,
)
const newest = db.query<Row, []>(
  'SELECT * FROM responses ORDER BY id DESC LIMIT 20',
)

/** A row exists from the press on, whatever becomes of it. */
export function add(requestTime: number): Row {
  const row = insert.get(requestTime)
  if (!row) throw new Error('SQLite did not return the new row.')
  return row
}

export function finish(id: number, responseTime: number) {
  update.run('done', responseTime, '', id)
}

export function wait(id: number, note: string) {
  update.run('waiting', null, note, id)
}

export function fail(id: number, note: string) {
  update.run('failed', null, note, id)
}

export function list(): Row[] {
  return newest.all()
}
