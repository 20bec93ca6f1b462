/** The folder that is judged. */
import type { AnyElysia } from 'elysia'

import { subscribe } from '../../../core'
import type { Place } from '../lanes/events'
import { watchAdded } from './added'
import { Broken } from './broken'
import { explain, explainLoose, explainTask, isSlip } from './explain'
import { currentRun } from './lanes'
import { load, mustExport } from './load'
import type { Problem } from './messages'

export class Exercise {
  /** What was thrown or rejected, and caught by nobody. Unless a check empties it, its last fact does not hold. */
  readonly loose: unknown[] = []
  /** Whether a check lets something fail now. What an exercise throws then may be what it is asked to throw. */
  isInTrouble = false
  /** What it has thrown all the same, and told the app of: a page of an error, a task that has failed. */
  private failure: Problem | undefined = undefined

  constructor(
    readonly folder: string,
    private readonly lesson: number,
  ) {
    for (const event of ['uncaughtException', 'unhandledRejection'])
      process.on(event, (thrown) => this.loose.push(thrown))
    // What a page of an error says is in the terminal.
    console.warn = console.error = (...words: unknown[]) => {
      const error = words.find((word) => word instanceof Error)
      if (error) this.note(error)
    }
    const placeOf = watchAdded(folder)
    subscribe(({ status, task }) => {
      if (status === 'failed') this.note(task.error, placeOf(task))
    })
  }

  /** A module of it. What goes wrong in that is a sentence with a place. */
  load<Module>(file: string): Promise<Module> {
    return load({ folder: this.folder, file, lesson: this.lesson })
  }

  async app(): Promise<AnyElysia> {
    const module = await this.load<{ app: AnyElysia }>('app.tsx')
    const isApp = typeof module.app?.handle === 'function'
    mustExport({ module, file: 'app.tsx', lesson: this.lesson }, 'app', isApp)
    return module.app
  }

  /** A function of it that somebody else calls by its name. */
  async mustHave(file: string, name: string): Promise<void> {
    const module = await this.load<Record<string, unknown>>(file)
    mustExport({ module, file, lesson: this.lesson }, name, typeof module[name] === 'function')
  }

  mustHaveNothingLoose(): void {
    const [thrown] = this.loose
    if (thrown !== undefined) throw explainLoose(thrown, this.folder)
    if (this.failure) throw new Broken(this.failure.sentence, this.failure)
  }

  /** Why a fact does not hold. What was thrown where nothing had to fail says more than what came of it. */
  explain(thrown: unknown): Problem {
    return (thrown instanceof Broken && this.failure) || explain(thrown, this.folder)
  }

  /** `added` is where its task was added: it may have been thrown in somebody else's code. */
  private note(error: unknown, added?: Place): void {
    if (this.isInTrouble && !isSlip(error)) return
    if (this.failure?.place) return
    this.failure = { ...explainTask(error, this.folder, added), run: currentRun() }
  }
}
