import { serve } from '../../../core/workers/serve'
import * as tasks from './block'

serve({ block: tasks.block })
