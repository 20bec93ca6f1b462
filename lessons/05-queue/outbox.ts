import { db } from './database'

export type Kind = 'welcome' | 'note'

// The key is what makes a second run harmless.
db.run(`
  CREATE TABLE IF NOT EXISTS mails (
    kind TEXT,
    email TEXT,
    text TEXT,
    job TEXT, -- the one that we have promised
    life TEXT, -- of the program that has promised
    runs INTEGER NOT NULL DEFAULT 0,
    sent REAL, -- when
    PRIMARY KEY (kind, email)
  )
`)
/** Which run of the program this is. */
export const life = Bun.randomUUIDv7()

/** From now on it is our fault if this mail is missing. */
export function promise(kind: Kind, email: string, job: string = kind) {
  db.query(
    `INSERT INTO mails (kind, email, job, life) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE
      SET job = excluded.job, life = excluded.life`,
  ).run(kind, email, job, life)
}

/** Counts a run, and says which one it is. */
export function begin(kind: Kind, email: string): number {
  const row = db.query<{ runs: number }, string[]>(
    `INSERT INTO mails (kind, email, runs) VALUES (?, ?, 1)
      ON CONFLICT DO UPDATE SET runs = runs + 1 RETURNING runs`,
  )
  return row.get(kind, email)?.runs ?? 1
}

/** Sends a mail. The second time, nothing happens. */
export function send(kind: Kind, email: string, text: string) {
  db.query(
    `UPDATE mails SET text = ?, sent = unixepoch('subsec')
      WHERE kind = ? AND email = ? AND sent IS NULL`,
  ).run(text, kind, email)
}

/** The jobs whose mails have not been sent, the oldest first. */
export function unsent(): string[] {
  return jobsOf('sent IS NULL ORDER BY rowid LIMIT 1000')
}

/** The jobs whose mails have been sent, the newest first. */
export function sent(): string[] {
  return jobsOf('sent IS NOT NULL ORDER BY sent DESC LIMIT 4')
}

function jobsOf(condition: string): string[] {
  const rows = db.query<{ job: string }, []>(
    `SELECT job FROM mails
      WHERE kind = 'welcome' AND job IS NOT NULL AND ${condition}`,
  )
  return rows.all().map(({ job }) => job)
}
