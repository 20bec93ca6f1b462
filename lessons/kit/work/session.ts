/** Work on one exercise, from the first line that is printed to the last process that ends. */
import { styleText } from 'node:util'

import { type Lesson, lessons } from '../../index'
import type { Verdict } from '../check/check'
import { nextAfter, nextKeyAfter } from '../checks'
import { differenceAsText } from '../difference'
import { sentenceOf } from '../errors'
import { hintsOf } from '../hints'
import { wrapped } from '../output'
import { isKept } from '../replace'
import type { LessonRun, Presentation, Work } from '../run'
import { hintAsText } from '../verbs/hint'
import { resetExercise } from '../verbs/reset'
import { takeSolution } from '../verbs/solution'
import { hasPassed, verdictAsText } from '../verdict'
import { ensureExercise, folderOf, nameOf, readTexts } from '../workspace'
import { ExerciseRun } from './exercise-run'
import { isKey, type Key, keysInWords } from './keys'
import { OpenHints } from './open-hints'
import { todosIn } from './todos'
import { FolderWatch } from './watch'

export type WorkOptions = {
  /** Whether requests are drawn. Default: in a terminal they are. */
  lanes?: boolean | undefined
  /** Shows the run, and what its checks find, in a browser. */
  present?: (run: LessonRun) => Promise<Presentation>
}

export class WorkSession implements Work {
  readonly folder: string
  verdict: Verdict | undefined
  readonly hints: OpenHints
  private readonly listeners = new Set<(verdict: Verdict) => void>()
  private readonly watchers = new Set<() => void>()
  private readonly exercise: ExerciseRun
  private readonly watch: FolderWatch
  private readonly over = Promise.withResolvers<Lesson | undefined>()
  /** Waits for the key that answers it. */
  private question: ((key: string) => Promise<void>) | undefined

  constructor(
    readonly lesson: Lesson,
    private readonly options: WorkOptions & { hasKeys: boolean },
  ) {
    this.folder = folderOf(lesson, 'exercise')
    this.hints = new OpenHints(hintsOf(lesson).length)
    this.exercise = new ExerciseRun(lesson, {
      lanes: options.lanes,
      tell: (sentence) => console.log(sentence),
      onVerdict: (verdict) => this.hear(verdict),
    })
    this.watch = new FolderWatch(this.folder, {
      onChange: (files) => this.startAnew(files),
      onPolling: () =>
        console.log('This file system tells of no changes: we look every half second.'),
    })
  }

  /** What a guide shows of the run, and does with it. */
  get run(): LessonRun {
    return Object.assign(this.exercise.control, { lesson: this.lesson, work: this })
  }

  onVerdict(listener: (verdict: Verdict) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  onChange(listener: () => void): () => void {
    this.watchers.add(listener)
    return () => void this.watchers.delete(listener)
  }

  /** Resolves with the lesson to go on with, or undefined, when nothing is left running. */
  async untilOver(): Promise<Lesson | undefined> {
    await ensureExercise(this.lesson)
    await using guide = await this.options.present?.(this.run)
    await this.introduce(guide)
    await this.watch.start()
    void this.exercise.restart()
    const next = await this.over.promise
    this.watch[Symbol.dispose]()
    await this.exercise.stop()
    return next
  }

  end(next: Lesson | undefined): void {
    this.over.resolve(next)
  }

  async press(key: string): Promise<void> {
    const { question } = this
    this.question = undefined
    try {
      if (question && key !== 'q') await question(key)
      else if (isKey(key)) await this.actions[key]()
    } catch (error) {
      console.error(sentenceOf(error)) // a file that cannot be written, for one
    }
  }

  private readonly actions: Record<Key, () => void | Promise<void>> = {
    h: () => this.showHint(),
    d: async () => console.log(`\n${await differenceAsText(this.lesson, 'solution')}\n`),
    s: () => this.solve(),
    r: () => this.replace(resetExercise),
    n: () => {
      const next = lessons.find(({ number }) => number === this.lesson.number + 1)
      if (next) this.end(next)
      else console.log('This is the last lesson.')
    },
    q: () => this.end(undefined),
  }

  private showHint(): void {
    const hints = hintsOf(this.lesson)
    const number = this.hints.count + 1
    this.hints.open(number)
    if (number <= hints.length) console.log(`\n${hintAsText(hints, number)}`)
    const isLast = number >= hints.length
    const next = isLast ? 'That is the last one. What is left: d' : 'The next one: h'
    console.log(`\n${next}\n`)
  }

  private async solve(): Promise<void> {
    if (this.verdict && hasPassed(this.verdict)) return this.replace(takeSolution)
    console.log('The check does not pass yet. Take the solution all the same? (y/N)')
    this.question = async (key) => {
      if (key === 'y') await this.replace(takeSolution)
      else console.log('Nothing is changed.')
    }
    return undefined
  }

  /** The app is ended first: it may have files open that are to go. */
  private async replace(change: (lesson: Lesson) => Promise<string>): Promise<void> {
    await this.exercise.pause()
    console.log(`\n${await change(this.lesson)}`)
    // If nothing has changed, nothing is said of it.
    if (!(await this.watch.look())) void this.exercise.restart()
  }

  private startAnew(files: string[]): void {
    const names = files.join(', ')
    console.log(`\n${styleText('bold', `${names} ${files.length === 1 ? 'is' : 'are'} saved`)}`)
    for (const listener of this.watchers) listener()
    void this.exercise.restart()
  }

  private hear(verdict: Verdict): void {
    this.verdict = verdict
    // One without facts is of an app that did not start: it has said why.
    const isSaid = verdict.of === 0 && verdict.passed.length === 0
    const { hasKeys } = this.options
    if (!isSaid) console.log(verdictAsText(verdict, hasKeys ? { help: 'h for a hint' } : {}))
    if (hasPassed(verdict))
      console.log(`\n${hasKeys ? nextKeyAfter(verdict) : nextAfter(verdict)}\n`)
    for (const listener of this.listeners) listener(verdict)
  }

  private async introduce(guide: Presentation | undefined): Promise<void> {
    const { lesson } = this
    console.log(styleText('bold', `Exercise ${lesson.number}: ${lesson.title}`))
    for (const [file, text] of await readTexts(this.folder)) {
      if (isKept(file)) continue
      for (const { line, todo } of todosIn(text))
        console.log(`  ${wrapped(`${nameOf(lesson, 'exercise', file)}:${line}  ${todo}`, '    ')}`)
    }
    if (guide?.trouble) console.log(guide.trouble)
    if (guide?.address) console.log(`  ${guide.address}  the guide`)
    // The page of an exercise is not that of its lesson.
    for (const { name, page, url } of this.run.processes().toReversed())
      if (page && url) console.log(`  ${url}  ${name === 'app' ? 'the page' : page}`)
    console.log(
      'Edit a file and save: the exercise is started anew, and checked. Ctrl-C stops everything.',
    )
    if (this.options.hasKeys) console.log(styleText('dim', wrapped(`Keys: ${keysInWords()}`)))
    console.log()
  }
}
