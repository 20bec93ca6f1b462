/** Follows a running lesson and tells the open pages of the guide what has changed. It waits for nothing that it follows. */
import { sentenceOf } from '../errors'
import { SceneBuilder } from '../lanes/scene'
import type { LessonRun } from '../run'
import { lastOf } from './last'
import { Progress } from './progress'
import { type Proof, proofs } from './proofs'
import { inBatches, type Message } from './stream'

export class Watch implements Disposable {
  /** When each process that listens began to, by its name. */
  readonly readySince = new Map<string, number>()
  /** When each process that is gone went, by its name. */
  readonly goneSince = new Map<string, number>()
  /** Where the lanes show what the prediction is about, once they do. */
  proof: Proof[] | undefined
  /** The newest request, as JSON. */
  private last = ''
  /** Only where somebody works on an exercise. */
  readonly progress: Progress | undefined
  /** Why the last press of a button did nothing. */
  trouble = ''
  private readonly ending = new AbortController()
  private readonly pages = new Set<(message: Message) => void>()
  private readonly scene = new SceneBuilder()

  constructor(private readonly running: LessonRun) {
    const { work } = running
    this.progress = work && new Progress(running.lesson, work, (message) => this.say(message))
    void this.follow() // until it is disposed of
  }

  get signal(): AbortSignal {
    return this.ending.signal
  }

  /** Sends what is so now, and then every change until `signal` aborts. */
  tell(send: (message: Message) => void, signal: AbortSignal): void {
    this.pages.add(send)
    signal.addEventListener('abort', () => this.pages.delete(send))
    // What has changed since the page was written, and before it listened.
    send({ event: 'state', data: '' })
    send(this.readyMessage())
    for (const message of this.progress?.messages ?? []) send(message)
    if (this.last) send({ event: 'last', data: this.last })
    if (this.proof) send({ event: 'happened', data: '' })
  }

  /** Does what a button asks for. The page does not wait for it: it hears of the change. */
  act(what: Promise<void>): void {
    this.trouble = ''
    what
      .catch((error: unknown) => {
        this.trouble = sentenceOf(error)
      })
      .finally(() => this.say({ event: 'state', data: '' }))
  }

  [Symbol.dispose](): void {
    this.progress?.[Symbol.dispose]()
    this.ending.abort()
  }

  private async follow(): Promise<void> {
    for await (const batch of inBatches(this.running.recorder.events(0, this.signal))) {
      let hasChanged = false
      for (const event of batch) {
        this.scene.add(event)
        if (event.type === 'flag') hasChanged = true
        if (event.type !== 'process') continue
        hasChanged = true
        const { at, process, status } = event
        if (status === 'ready') this.readySince.set(process, at)
        else this.readySince.delete(process)
        if (status === 'started' || status === 'ready') this.goneSince.delete(process)
        else this.goneSince.set(process, at)
      }
      if (hasChanged) {
        this.say({ event: 'state', data: '' })
        this.say(this.readyMessage())
      }
      // An event loop that beats changes neither.
      if (batch.some(({ type }) => type !== 'alive')) this.look()
    }
  }

  private look(): void {
    const { scene } = this.scene
    const last = lastOf(scene)
    if (last && JSON.stringify(last) !== this.last) {
      this.last = JSON.stringify(last)
      this.say({ event: 'last', data: this.last })
    }
    // The prediction is about the lesson: an exercise begins with the opposite.
    if (this.proof || this.progress) return
    this.proof = proofs[this.running.lesson.number](scene)
    if (this.proof) this.say({ event: 'happened', data: '' })
  }

  private readyMessage(): Message {
    return { event: 'ready', data: JSON.stringify(Object.fromEntries(this.readySince)) }
  }

  private say(message: Message): void {
    for (const send of this.pages) send(message)
  }
}
