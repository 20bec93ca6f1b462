import { serve } from '../../core/serve'
import * as tasks from './tasks'

serve(tasks)
