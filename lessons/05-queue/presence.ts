import { db } from './database'

db.run(
  `CREATE TABLE IF NOT EXISTS consumers
    (pid INTEGER PRIMARY KEY, seen REAL NOT NULL)`,
)

/** Lets the page know that this process runs jobs. */
export function appear(): Disposable {
  const beat = setInterval(sayHere, 500)
  sayHere()
  return {
    [Symbol.dispose]() {
      clearInterval(beat)
      forget(process.pid)
    },
  }
}

/** The processes that have been heard of lately. */
export function consumers(): number[] {
  const rows = db.query<{ pid: number }, []>(
    `SELECT pid FROM consumers
      WHERE seen > unixepoch('subsec') - 1.5 ORDER BY pid`,
  )
  return rows.all().map(({ pid }) => pid)
}

/** As kill -9 does: it has no chance to finish or to say goodbye. */
export function kill(pid: number) {
  forget(pid)
  process.kill(pid, 'SIGKILL')
}

function sayHere() {
  db.query(
    "REPLACE INTO consumers VALUES (?, unixepoch('subsec'))",
  ).run(process.pid)
}

function forget(pid: number) {
  db.query('DELETE FROM consumers WHERE pid = ?').run(pid)
}
