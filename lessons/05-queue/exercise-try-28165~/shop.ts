import { Database } from 'bun:sqlite'
import { join } from 'node:path'

import { exerciseFolder } from '../folder'

const db = new Database(join(exerciseFolder(), 'shop.sqlite'))
db.run('PRAGMA busy_timeout = 5000')
db.run('PRAGMA journal_mode = WAL')
db.run(`CREATE TABLE IF NOT EXISTS points
  (customer TEXT PRIMARY KEY, total INTEGER)`)
db.run('CREATE TABLE IF NOT EXISTS remembered (item TEXT PRIMARY KEY)')

/** Gives a customer more points. One write. */
export function addPoints(customer: string, points: number) {
  db.query(
    `INSERT INTO points VALUES (?, ?)
      ON CONFLICT DO UPDATE SET total = total + excluded.total`,
  ).run(customer, points)
}

/** Remembers an item. One write. Throws if it is remembered already. */
export function remember(item: string) {
  db.query('INSERT INTO remembered VALUES (?)').run(item)
}

export function isRemembered(item: string): boolean {
  const rows = db.query('SELECT 1 FROM remembered WHERE item = ?')
  return rows.get(item) !== null
}

/** All writes of `work` or none, also when we are killed in it. */
export function allOrNothing(work: () => void) {
  db.transaction(work)()
}

export function list() {
  return db
    .query<{ customer: string; total: number }, []>(
      'SELECT * FROM points ORDER BY customer',
    )
    .all()
}
