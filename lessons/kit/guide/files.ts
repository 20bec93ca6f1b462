/** The scripts and styles of the guide's pages. */
import { Elysia, NotFoundError } from 'elysia'

import { assets } from './assets'
import { lanesScript } from './lanes-script'

export const files = new Elysia({ name: 'guide-files' })
  .get('/lanes.js', async ({ set }) => {
    set.headers['content-type'] = 'text/javascript; charset=utf-8'
    return lanesScript()
  })
  .get('/*', ({ path, set }) => {
    const asset = assets[path]
    if (!asset) throw new NotFoundError()
    set.headers['content-type'] = `${asset.type}; charset=utf-8`
    set.headers['cache-control'] = 'no-cache'
    return asset.text
  })
