import { Database } from 'bun:sqlite'

export type Row = {
  id: number
  request_time: number
  response_time: number | null
  status: 'waiting' | 'done' | 'failed'
  note: string
}

export type SecondRow = { request_time: number; response_time: number }

const db = new Database(':memory:')

// Two tables, two keys: a number of its own, and, as on the FastHTML
// page, the whole second of the press.
db.run(`
  CREATE TABLE responses (
    id INTEGER PRIMARY KEY,
    request_time INTEGER NOT NULL,
    response_time INTEGER,
    status TEXT NOT NULL DEFAULT 'waiting',
    note TEXT NOT NULL DEFAULT ''
  );
  CREATE TABLE by_second (
    request_time INTEGER PRIMARY KEY,
    response_time INTEGER NOT NULL
  );
`)

const insert = db.query<Row, [number]>(
  'INSERT INTO responses (request_time) VALUES (?) RETURNING *',
)
const update = db.query<null, [string, number | null, string, number]>(
  `UPDATE responses SET status = ?, response_time = ?, note = ?
    WHERE id = ?`,
)
const insertBySecond = db.query<null, [number]>(
  `INSERT INTO by_second
    SELECT request_time, response_time FROM responses WHERE id = ?`,
)
const newest = db.query<Row, []>(
  'SELECT * FROM responses ORDER BY id DESC LIMIT 20',
)
const newestBySecond = db.query<SecondRow, []>(
  'SELECT * FROM by_second ORDER BY request_time DESC LIMIT 20',
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

/** Writes an answer into the other table; a taken key throws. */
export function addBySecond(id: number) {
  insertBySecond.run(id)
}

export function list(): Row[] {
  return newest.all()
}

export function listBySecond(): SecondRow[] {
  return newestBySecond.all()
}
