// worker.ts
import { serve } from 'bun-background-tasks/serve'

import * as tasks from './tasks'

serve(tasks)
