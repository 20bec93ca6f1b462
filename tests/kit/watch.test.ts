/** `kit watch`: an app of the learner's own. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { isAlive } from '../support/processes'
import { freePort, Program } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(30_000)
const root = join(import.meta.dir, '../..')
const folder = mkdtempSync(join(tmpdir(), 'own-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function watch(name: string, code: string, env: Record<string, string> = {}) {
  const file = join(folder, name)
  await Bun.write(file, code)
  const ports = { GUIDE_PORT: String(freePort()), ...env }
  const watching = new Program(['lessons/kit/kit.ts', 'watch', file], ports)
  return { file, watching, guide: `http://127.0.0.1:${ports.GUIDE_PORT}` }
}

const app = `
  import { Elysia } from '${root}/node_modules/elysia'
  import { background } from '${root}/core'
  async function resize(width: number) { await Bun.sleep(20) }
  const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
    backgroundTasks.addTask(resize, 640)
    return String(process.pid)
  })
  if (import.meta.main) app.listen({ port: Number(Bun.env.OWN_PORT), hostname: '127.0.0.1' })
`

test('an app is run as it is, and its requests are drawn', async () => {
  const port = String(freePort())
  const { watching, file } = await watch('app.ts', app, { OWN_PORT: port })
  await using own = await watching.says(`${file} listens at http://127.0.0.1:${port}`)

  const pid = Number(await (await fetch(`http://127.0.0.1:${port}/`)).text())

  await own.says('✓ ')
  expect(own.output).toContain('\nAfter a change: Ctrl-C, and start it again.\n')
  expect(own.output).toMatch(/request +GET \/ .*200/)
  expect(own.output).toMatch(/task +resize/)
  own.signal('SIGINT')
  expect(await own.ended()).toBe(0)
  expect(isAlive(pid)).toBeFalse()
})

test('an app runs in its own folder, with the .env that is there', async () => {
  await Bun.write(join(folder, 'mine/package.json'), '{}')
  const port = String(freePort())
  await Bun.write(join(folder, 'mine/.env'), `OWN_PORT=${port}`)
  const { watching } = await watch('mine/source/app.ts', `${app}; console.log(process.cwd())`)

  await using own = await watching.says(`listens at http://127.0.0.1:${port}`)

  await own.says(`${join(folder, 'mine')}\n`)
})

test('its lanes are on a page as well, which is guarded and ends with it', async () => {
  const port = String(freePort())
  const { watching, guide, file } = await watch('app.ts', app, { OWN_PORT: port })
  await using own = await watching.says(`Its lanes, live: ${guide}\n`)

  const page = await fetch(guide)
  const foreign = await fetch(guide, { headers: { host: 'evil.test' } })

  expect(await page.text()).toContain(`<h1>${file}</h1>`)
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(foreign.status).toBe(421)
  own.signal('SIGINT')
  expect(await own.ended()).toBe(0)
  expect(await fetch(guide).catch(() => 'gone')).toBe('gone')
})

test('without a port for that page, the app runs all the same', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const env = { OWN_PORT: String(freePort()), GUIDE_PORT: String(taken.port) }
  const { watching } = await watch('app.ts', app, env)

  await using own = await watching.says(`No guide: port ${taken.port} is in use already.`)

  expect((await fetch(`http://127.0.0.1:${env.OWN_PORT}/`)).status).toBe(200)
  own.signal('SIGINT')
  expect(await own.ended()).toBe(0)
})

test('an app that has another port to listen on does so', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const port = freePort()
  const code = `
    const serve = (port: number) =>
      Bun.serve({ port, hostname: '127.0.0.1', fetch: () => new Response('') })
    try { serve(${taken.port}) } catch { serve(${port}) }
  `
  const { watching } = await watch('two.ts', code)

  await using own = await watching.says(`listens at http://127.0.0.1:${port}`)

  expect(own.errors).toBe('')
})

test('an app does not outlive whoever watches it', async () => {
  const port = String(freePort())
  const { watching } = await watch('app.ts', app, { OWN_PORT: port })
  await using own = await watching.says('listens at')
  const pid = Number(await (await fetch(`http://127.0.0.1:${port}/`)).text())

  own.signal('SIGKILL')

  await until('it is gone', () => !isAlive(pid))
})

describe('is told what to do, by someone who names', () => {
  test('no file', async () => {
    const watching = new Program(['lessons/kit/kit.ts', 'watch'])

    expect(await watching.ended()).toBe(2)
    expect(watching.errors).toBe('Which app? Name its file: bun run kit watch app.ts\n')
  })

  test('a file that is not there', async () => {
    const watching = new Program(['lessons/kit/kit.ts', 'watch', 'nowhere.ts'])

    expect(await watching.ended()).toBe(2)
    expect(watching.errors).toBe(
      'There is no file nowhere.ts. Name that of your app, seen from here.\n',
    )
  })

  test('a folder', async () => {
    const watching = new Program(['lessons/kit/kit.ts', 'watch', 'core'])

    expect(await watching.ended()).toBe(2)
    expect(watching.errors).toStartWith(
      'core is a folder. Name the file in it that calls app.listen()',
    )
  })

  test('an app that ends without listening', async () => {
    const { watching, file } = await watch('quiet.ts', 'export const app = 1')

    expect(await watching.ended()).toBe(1)
    expect(watching.errors).toContain(
      `${file} ended without listening. Let it call app.listen(3000) at its end.\n`,
    )
  })

  test('an app whose port is taken', async () => {
    using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const { watching, file } = await watch('app.ts', app, { OWN_PORT: String(taken.port) })

    expect(await watching.ended()).toBe(1)
    const port = `ort ${taken.port} is in use already.`
    expect(watching.errors.split('\nNothing of')[0]).toBe(
      `app | P${port}\n\n${file}: p${port} Stop what runs there, or let the app listen on another port.`,
    )
  })

  test('an app that breaks at its start', async () => {
    const { watching, file } = await watch('broken.ts', `throw new Error('no database')`)

    expect(await watching.ended()).toBe(1)
    expect(watching.errors).toContain('error: no database')
    expect(watching.errors).toContain(`${file} ended with exit code 1 before it listened.`)
  })
})
