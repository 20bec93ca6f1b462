import { db } from './database'

db.run(
  `CREATE TABLE IF NOT EXISTS processes (
    id TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    parent INTEGER NOT NULL, -- who has started it
    seen REAL NOT NULL,
    is_to_die INTEGER NOT NULL DEFAULT 0
  )`,
)
const id = Bun.randomUUIDv7()

/** Lets the page know that this process runs jobs. */
export function appear(): Disposable {
  db.run("DELETE FROM processes WHERE seen < unixepoch('subsec') - 60")
  const beat = setInterval(sayHere, 100)
  sayHere()
  return {
    [Symbol.dispose]() {
      clearInterval(beat)
      forget()
    },
  }
}

type Consumer = { id: string; pid: number }

/** The processes that have been heard of lately. */
export function consumers(): Consumer[] {
  return heardOf('TRUE')
}

/** One of them that was started together with this one. */
export function victim(): Consumer | undefined {
  return heardOf(`parent = ${process.ppid}`)[0]
}

function heardOf(condition: string): Consumer[] {
  const rows = db.query<Consumer, []>(
    `SELECT id, pid FROM processes WHERE ${condition}
      AND seen > unixepoch('subsec') - 1.5 ORDER BY pid`,
  )
  return rows.all()
}

/**
 * Asks a process to kill itself, as kill -9 would. Nobody signals a
 * number from a file: it may be that of any process by now.
 */
export function kill(consumer: Consumer) {
  if (consumer.id === id) die()
  db.query('UPDATE processes SET is_to_die = 1 WHERE id = ?').run(
    consumer.id,
  )
}

function sayHere() {
  const row = db.query<{ is_to_die: number }, [string, number, number]>(
    `INSERT INTO processes VALUES (?, ?, ?, unixepoch('subsec'), 0)
      ON CONFLICT DO UPDATE SET seen = excluded.seen
      RETURNING is_to_die`,
  )
  if (row.get(id, process.pid, process.ppid)?.is_to_die) die()
}

/** It has no chance to finish or to say goodbye. */
function die() {
  forget()
  process.kill(process.pid, 'SIGKILL')
}

function forget() {
  db.query('DELETE FROM processes WHERE id = ?').run(id)
}
