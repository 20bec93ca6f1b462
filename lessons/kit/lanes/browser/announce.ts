/** For those who hear the lanes: what has ended, in at most one message a second. */
import { endOf, isOpen, type Scene, type SceneRequest } from '../scene'
import { harmless, inMilliseconds, shortName } from '../words'

const mostSentences = 3

export class Announcer {
  private readonly told = new Set<string>()
  private waiting: { text: string; hasFailed: boolean }[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly say: (text: string) => void) {}

  /** What has ended before `since` is not news. */
  watch({ requests, jobs, now }: Scene, since: number): void {
    const held = new Set<string>()
    for (const request of requests) {
      if (!request.tasks.length) continue
      held.add(request.key)
      if (isOpen(request) || this.isTold(request.key, endOf(request, now) < since)) continue
      const hasFailed = request.tasks.some(({ state }) => state === 'failed')
      this.waiting.push({ text: sentenceOf(request), hasFailed })
    }
    for (const { key, name, state, runs, at } of jobs) {
      held.add(`job ${key}`)
      const isOver = state === 'succeeded' || state === 'failed'
      if (!isOver || this.isTold(`job ${key}`, (runs.at(-1)?.end ?? at) < since)) continue
      this.waiting.push({ text: `job ${shortName(name)} ${state}`, hasFailed: state === 'failed' })
    }
    for (const key of this.told) if (!held.has(key)) this.told.delete(key)
    if (this.timer === undefined) this.tell()
  }

  private isTold(key: string, isOld: boolean): boolean {
    const isTold = this.told.has(key)
    this.told.add(key)
    return isTold || isOld
  }

  private tell(): void {
    const all = this.waiting.splice(0)
    this.timer = undefined
    if (!all.length) return
    const failed = all.filter(({ hasFailed }) => hasFailed).length
    const few = all.map(({ text }) => text).join('. ')
    this.say(all.length <= mostSentences ? few : `${all.length} ended, ${failed} of them failed`)
    this.timer = setTimeout(() => this.tell(), 1_000)
  }
}

/** 'sendWelcomeEmail failed after 300 ms; notifyAdmin never started'. */
function sentenceOf({ tasks }: SceneRequest): string {
  return tasks
    .map(({ name, state, at, end }) => {
      const took = at === undefined || end === undefined ? '' : ` after ${inMilliseconds(end - at)}`
      return `${shortName(harmless(name))} ${state === 'skipped' ? 'never started' : state}${took}`
    })
    .join('; ')
}
