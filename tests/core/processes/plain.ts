/** What a handler that waits for nothing answers with: a response, or a promise of one. */
import { Elysia } from 'elysia'

import { background } from '../../../core'

const app = new Elysia().use(background()).get('/', () => 'ok')
const answer: unknown = app.fetch(new Request('http://localhost/'))
console.log(answer instanceof Promise ? 'Promise' : 'Response')
