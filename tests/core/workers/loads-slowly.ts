/** A worker whose module computes for a while before it serves. */
import { serve } from '../../../core/workers/serve'
import * as tasks from './tasks'

tasks.compute(600)
serve(tasks)
