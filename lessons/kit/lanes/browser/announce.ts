/** For those who hear the lanes: what has ended, in at most one message a second. */
import { isOpen, type Scene, type SceneRequest } from '../scene'
import { harmless, inMilliseconds, shortName } from '../words'

const mostSentences = 3

export class Announcer {
  private readonly told = new Set<string>()
  private waiting: { text: string; hasFailed: boolean }[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly say: (text: string) => void) {}

  /** `isNew`: these ends happen now; those before the page was here are not told. */
  watch({ requests, jobs }: Scene, isNew: boolean): void {
    const held = new Set<string>()
    for (const request of requests) {
      if (!request.tasks.length) continue
      this.look(request.key, isOpen(request), held, isNew, () => ({
        text: sentenceOf(request),
        hasFailed: request.tasks.some(({ state }) => state === 'failed'),
      }))
    }
    for (const { key, name, state } of jobs) {
      const isOver = state === 'succeeded' || state === 'failed'
      this.look(`job ${key}`, !isOver, held, isNew, () => ({
        text: `job ${shortName(name)} ${state}`,
        hasFailed: state === 'failed',
      }))
    }
    for (const key of this.told) if (!held.has(key)) this.told.delete(key)
  }

  private look(
    key: string,
    isStillOpen: boolean,
    held: Set<string>,
    isNew: boolean,
    end: () => { text: string; hasFailed: boolean },
  ): void {
    held.add(key)
    if (isStillOpen || this.told.has(key)) return
    this.told.add(key)
    if (!isNew) return
    this.waiting.push(end())
    if (this.timer === undefined) this.tell()
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
