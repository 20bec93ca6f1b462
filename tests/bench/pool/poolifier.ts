import { ThreadWorker } from 'poolifier-web-worker'

import { noop } from './tasks'

export const worker = new ThreadWorker<string, void>((payload) => noop(payload ?? ''))
