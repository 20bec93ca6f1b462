/** The lanes of a run that is judged: its requests, tasks, calls and jobs, as events that are counted from 1. */
import { subscribe, type TracedTask } from '../../../core'
import { argumentsAsText, errorAsText, placeIn } from '../lanes/describe'
import type { LaneEvent, ProcessEvent } from '../lanes/events'
import { home } from '../program'
