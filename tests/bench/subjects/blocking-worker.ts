import { serve } from '../../../core/serve'
import * as tasks from './block'

serve({ block: tasks.block })
