/** A worker whose module loads when the gate is open. */
import { serve } from '../../../core/workers/serve'
import * as tasks from './tasks'

await tasks.waitUntil(process.env['WORKER_GATE']!)
serve(tasks)
