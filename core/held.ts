/**
 * The list that a runner holds: it counts from its first task to its last, and what it still gets is taken.
 */
import type { BackgroundRunner } from './runner'
import type { BackgroundTask, BackgroundTaskError } from './task'
import { BackgroundTasks } from './tasks'

/** A list that a runner holds from its first task to its last. Each task makes it due in the next turn. */
export class HeldTasks extends BackgroundTasks {
  /** Kept by the roster. */
  isHeld = false
  before: HeldTasks | undefined = undefined
  after: HeldTasks | undefined = undefined
  /** Kept by the runner. */
  isRunning = false
  private isDue = false
  /** Also after it was given up: what it adds then follows what it was doing. */
  private isLooping = false

  constructor(protected readonly runner: BackgroundRunner) {
    super()
  }

  /** Called by the next turn: not at once, because nobody expects a task to run before the next line does. */
  due(): void {
    this.isDue = false
    if (this.isHeld) this.start()
  }

  /** The runner runs this list. A second run would be one more than it counts. */
  override run(): Promise<void> {
    throw new TypeError('This list runs by itself after the response. Do not call its run().')
  }

  /** For the runner. Never rejects: each failure is reported. */
  runHeld(): void {
    if (this.isLooping) return
    this.isLooping = true
    void this.runAll()
  }

  override use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource {
    super.use(resource) // first: whoever opened it has handed it over, taken or refused
    try {
      this.runner.hold(this)
    } catch (refusal) {
      this.abandon(refusal)
      throw refusal
    }
    this.comeDue()
    return resource
  }

  protected start(): void {
    if (this.isEmpty) this.runner.letGo(this)
    else this.runner.start(this)
  }

  protected comeDue(): void {
    if (this.isDue || this.isRunning || !this.isHeld) return
    this.isDue = true
    this.runner.nextTurn.add(this)
  }

  protected override append(task: BackgroundTask): BackgroundTask {
    this.runner.hold(this)
    super.append(task)
    this.comeDue()
    return task
  }

  protected override takeOver(list: BackgroundTasks): BackgroundTasks {
    this.runner.hold(this) // first: what is refused keeps its freedom
    this.comeDue()
    return super.takeOver(list)
  }

  protected override get canMove(): boolean {
    return false
  }

  protected override ended(task: BackgroundTask): void {
    this.runner.ended(task)
  }

  protected override failed(failure: BackgroundTaskError): void {
    if (this.runner.onFailure === 'halt') this.skip()
    void this.runner.report(failure) // never rejects
  }

  protected override finished(): void {
    // The failures have been reported, each at its time.
    this.isLooping = false
    this.runner.finished(this)
  }
}
