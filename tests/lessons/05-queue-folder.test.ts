/** Where lesson 5 keeps its jobs, who can read them there, and what is never killed. */
import { Database } from 'bun:sqlite'
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

import { freePorts, Program, startLesson } from '../support/program'
import { until } from '../support/until'
import { env, press, state, useFolder } from './queue/lesson'

setDefaultTimeout(60_000)

/** The two-user tests act as nobody beside root. */
const other = 65_534
const canBeTwo = process.getuid?.() === 0 && Bun.which('setpriv') !== null
if (!canBeTwo)
  console.warn('Skipped: what another user may do in lesson 5. It needs root and setpriv.')
const asTwoUsers = test.skipIf(!canBeTwo)

const folder = useFolder()

describe('Where the jobs are kept', () => {
  const name = 'background-tasks-lesson-5'
  const files = (where: string) => readdirSync(where).map((file) => join(where, file))
  const start = (more: Record<string, string>) =>
    new Program(['lessons/05-queue/app.tsx'], { ...env, ...freePorts(), QUEUE_FILE: '', ...more })
  const modeOf = (path: string) => statSync(path).mode & 0o777

  test('nobody else can enter the folder or read a file in it', async () => {
    const home = join(folder.path, 'not/yet/there')
    await using app = await start({ XDG_STATE_HOME: home }).says('Ready')

    const own = join(home, name)
    expect(app.output).toContain(`Jobs are kept in ${own}/queue.sqlite\n`)
    expect(modeOf(own)).toBe(0o700)
    expect(files(own).length).toBeGreaterThan(2)
    expect(files(own).filter((file) => modeOf(file) !== 0o600)).toEqual([])
  })

  test('the exercise has a folder of its own in it, and gives an order its points', async () => {
    const more = { ...freePorts(), XDG_STATE_HOME: folder.path, POINTS_FOLDER: '' }
    await using app = await new Program(['lessons/05-queue/start/app.tsx'], more).says('Ready')
    const address = `http://127.0.0.1:${more.PORT}`
    const [, order = ''] =
      /hx-post="(\/order[^"]+)"/.exec(await (await fetch(address)).text()) ?? []

    const path = order.replaceAll('&amp;', '&')
    expect((await fetch(`${address}${path}`, { method: 'POST' })).status).toBe(200)

    const points = async () => (await fetch(`${address}/points`)).text()
    await until('the points are there', async () => (await points()).includes('ada: 10 points'))
    const own = join(folder.path, name, 'exercise')
    expect([modeOf(join(folder.path, name)), modeOf(own)]).toEqual([0o700, 0o700])
    expect(readdirSync(own)).toContain('shop.sqlite')
    expect(readdirSync(own)).toContain('queue.sqlite')
    await app.says('receipt for')
  })

  test('it is in the home of the user, where no variable names another place', async () => {
    await using app = await start({ XDG_STATE_HOME: '', HOME: folder.path }).says('Ready')

    expect(app.output).toContain(
      `Jobs are kept in ${folder.path}/.local/state/${name}/queue.sqlite\n`,
    )
  })

  test('without a home it is a folder of this user in the temporary one, found again later', async () => {
    const homeless = { XDG_STATE_HOME: '/dev/null/none', TMPDIR: folder.path }
    const own = join(folder.path, `${name}-${process.getuid?.()}`)
    for (let run = 0; run < 2; run++) {
      await using app = await start(homeless).says('Ready')
      expect(app.output).toContain(`Jobs are kept in ${own}/queue.sqlite\n`)
      expect(modeOf(own)).toBe(0o700)
    }
  })

  test('a link in its place is not followed', async () => {
    const elsewhere = join(folder.path, 'elsewhere')
    mkdirSync(elsewhere, { mode: 0o700 })
    symlinkSync(elsewhere, join(folder.path, name))
    await using app = start({ XDG_STATE_HOME: folder.path })

    expect(await app.ended()).toBe(1)
    expect(app.errors).toBe(`${folder.path}/${name} is no folder. QUEUE_FILE names another file.\n`)
    expect(readdirSync(elsewhere)).toEqual([])
  })

  test('a folder that is open to others is not used', async () => {
    mkdirSync(join(folder.path, name))
    chmodSync(join(folder.path, name), 0o755)
    await using app = start({ XDG_STATE_HOME: folder.path })

    expect(await app.ended()).toBe(1)
    expect(app.errors).toStartWith(`${folder.path}/${name} is open to others: chmod 700 `)
    expect(readdirSync(join(folder.path, name))).toEqual([])
  })

  test.each([
    ['', `Neither /dev/null/${name} nor /dev/null/${name}-`],
    ['/dev/null/points', '/dev/null/points cannot be made.'],
  ])('where the exercise has no folder, its variable is named: %p', async (points, words) => {
    const nowhere = { HOME: '/dev/null', XDG_STATE_HOME: '/dev/null', TMPDIR: '/dev/null' }
    const more = { ...freePorts(), ...nowhere, POINTS_FOLDER: points }
    await using app = new Program(['lessons/05-queue/start/app.tsx'], more)

    expect(await app.ended()).toBe(1)
    expect(app.errors).toContain(words)
    expect(app.errors).toEndWith('POINTS_FOLDER names another folder.\n')
    expect(app.errors).not.toContain('QUEUE_FILE')
  })

  asTwoUsers('a folder that another user has made first is not used', async () => {
    const theirs = join(folder.path, `${name}-${process.getuid?.()}`)
    mkdirSync(theirs, { mode: 0o700 })
    chownSync(theirs, other, other)
    await using app = start({ XDG_STATE_HOME: '/dev/null/none', TMPDIR: folder.path })

    expect(await app.ended()).toBe(1)
    expect(app.errors).toStartWith(`${theirs} belongs to somebody else.`)
    expect(readdirSync(theirs)).toEqual([])
  })

  asTwoUsers('another user can neither read what is kept nor put anything beside it', async () => {
    chmodSync(folder.path, 0o777)
    await using app = await start({ XDG_STATE_HOME: folder.path }).says('Ready')
    const own = join(folder.path, name)
    const as = (...command: string[]) =>
      Bun.spawnSync([
        'setpriv',
        `--reuid=${other}`,
        `--regid=${other}`,
        '--clear-groups',
        ...command,
      ])

    expect(as('ls', folder.path).success).toBe(true)
    for (const command of [
      ['ls', own],
      ['cat', join(own, 'queue.sqlite.outbox')],
      ['ln', '-s', '/tmp/anything', join(own, 'queue.sqlite.pid')],
    ])
      expect([command, as(...command).success]).toEqual([command, false])
    expect(app.complaints).toBe('')
  })

  test('a process that was not started with the others is none to kill', async () => {
    await using lesson = await startLesson(5, env)
    const [app] = lesson.children
    using db = new Database(`${env.QUEUE_FILE}.outbox`)
    db.run("INSERT INTO processes VALUES ('apart', 1, 1, unixepoch('subsec') + 60, 0)")

    expect(await state(lesson)).toContain(`Run by process 1 and process ${app}.`)
    expect(await press(lesson, '/kill')).toContain(`kill -9 ${app}<`)
  })

  test('a number that somebody has written into the file is no process to kill', async () => {
    await using lesson = await startLesson(5, env)
    const [app] = lesson.children
    await using bystander = Bun.spawn(['sleep', '60'])
    using db = new Database(`${env.QUEUE_FILE}.outbox`)

    // Whoever else can write the file can also keep the lesson out of it.
    db.run(`CREATE TRIGGER out BEFORE INSERT ON processes WHEN NEW.id <> 'x'
      BEGIN SELECT RAISE(IGNORE); END`)

    for (const pid of [-1, 0, bystander.pid]) {
      db.run('DELETE FROM processes')
      const seen = Date.now() / 1_000 + 60
      db.query('INSERT INTO processes VALUES (?, ?, ?, ?, 0)').run('x', pid, lesson.pid, seen)
      expect(await press(lesson, '/kill')).toContain(`kill -9 ${pid}<`)
      await until(
        'it is asked to die',
        () => db.query("SELECT 1 FROM processes WHERE id = 'x' AND is_to_die = 1").get() !== null,
      )
    }

    expect(bystander.exitCode).toBeNull()
    expect(lesson.children).toEqual([app!])
    expect(lesson.output).not.toContain('was killed')
  })
})
