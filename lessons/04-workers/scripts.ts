import { Elysia } from 'elysia'

import choice from './choice.js' with { type: 'text' }
import ping from './ping.js' with { type: 'text' }

/** Files of their own: our pages run no script that is in them. */
export const scripts = new Elysia({ name: 'scripts' })
  .get('/choice.js', ({ set }) => {
    set.headers['content-type'] = 'text/javascript; charset=utf-8'
    return choice
  })
  .get('/ping.js', ({ set }) => {
    set.headers['content-type'] = 'text/javascript; charset=utf-8'
    return ping
  })
