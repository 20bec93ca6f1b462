/** The guide beside an exercise, and the lanes of its requests in the terminal. */
import { afterAll, expect, test } from 'bun:test'

import { freePorts } from '../support/program'
import { until } from '../support/until'
import { Workspace } from '../support/workspace'

const workspace = new Workspace()
afterAll(() => workspace[Symbol.dispose]())

const text = async (address: string) => (await fetch(address)).text()

test('at work, the guide is there, shows what the check says, and ends with it', async () => {
  const ports = freePorts()
  const guide = `http://127.0.0.1:${ports.GUIDE_PORT}`
  await using kit = await workspace.kit(['work', '1'], ports).says('✗ lesson 1:')

  const [, said = 'nothing'] = /✗ lesson 1: (.*?\.)/.exec(kit.output) ?? []
  expect(kit.output).toContain(`\n  ${guide}  the guide\n`)
  expect(await text(guide)).toContain(`✗ ${said}`)
  kit.signal('SIGINT')

  expect(await kit.ended()).toBe(0)
  await until('the guide is gone', () =>
    fetch(guide).then(
      () => false,
      () => true,
    ),
  )
})

test('without a port for the guide, the exercise runs without it', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const ports = { ...freePorts(), GUIDE_PORT: String(taken.port) }
  await using kit = await workspace.kit(['work', '1'], ports).says('✗ lesson 1:')

  expect(kit.output).toContain(`No guide: port ${taken.port} is in use already.`)
})

test('the exercise may be shown in the frame of its guide, and the requests of a learner are drawn', async () => {
  const ports = freePorts()
  await using kit = await workspace.kit(['work', '2', '--lanes'], ports).says('✗ lesson 2:')
  const app = `http://127.0.0.1:${ports.PORT}`

  const page = await fetch(app)
  await fetch(`${app}/submit`, { method: 'POST' })

  expect(page.headers.get('content-security-policy')).toContain(
    `frame-ancestors http://127.0.0.1:${ports.GUIDE_PORT}`,
  )
  const drawn = () => kit.output.slice(kit.output.indexOf('(bun run kit hint 2)'))
  await until('the request is drawn', () => /\nrequest {2}POST \/submit.*\ntask /.test(drawn()))
})
