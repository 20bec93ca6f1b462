import { serve } from '../../../../core/workers/serve'
import * as tasks from './tasks'

serve(tasks)
