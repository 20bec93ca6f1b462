import { expect, test } from 'bun:test'

import { app } from './signup'
import { outbox } from './tasks'

test('a signup sends two emails', async () => {
  await app.handle(new Request('http://localhost/signup', { method: 'POST' }))
  await app.decorator.background.idle()
  expect(outbox).toEqual(['ada@example.org', 'admin: ada'])
})
