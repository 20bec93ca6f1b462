/**
 * The list that a runner holds: it counts from its first task to its last, and what it still gets is taken.
 */
import type { BackgroundTaskError } from './errors'
import type { BackgroundRunner } from './runner'
import type { BackgroundTask } from './task'
import { BackgroundTasks } from './tasks'

/** A list that a runner holds from its first task to its last. */
export class HeldTasks extends BackgroundTasks {
  isRunning = false
  /** Kept by the roster. */
  isHeld = false
  before: HeldTasks | undefined = undefined
  after: HeldTasks | undefined = undefined
  protected isReleased = false

  constructor(protected readonly runner: BackgroundRunner) {
    super()
  }

  /** Lets the tasks run: those that are there, and those that come. */
  release(): void {
    this.isReleased = true
    if (!this.isEmpty) this.runner.start(this)
  }

  override use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource {
    this.runner.hold(this)
    super.use(resource)
    this.releaseLate()
    return resource
  }

  protected override append(task: BackgroundTask): BackgroundTask {
    this.runner.hold(this)
    super.append(task)
    this.releaseLate()
    return task
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
    this.runner.finished(this)
  }

  /** For what comes after the release. Not at once: nobody expects a task to run before the next line does. */
  private releaseLate(): void {
    if (this.isReleased && !this.isRunning) setImmediate(() => this.release())
  }
}
