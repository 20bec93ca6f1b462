/** A lesson that runs on paper only: tests say what its processes do, print and tell, and what its check says. */
import { type Lesson, lessons } from '../../lessons'
import type { Verdict } from '../../lessons/kit/check/check'
import type { ProcessState } from '../../lessons/kit/control'
import type { ProcessEvent } from '../../lessons/kit/lanes/events'
import { Recorder } from '../../lessons/kit/lanes/recorder'
import type { LessonRun, Work } from '../../lessons/kit/run'
import { OpenHints } from '../../lessons/kit/work/open-hints'

export class PaperLesson implements LessonRun {
  readonly lesson: Lesson
  readonly recorder = new Recorder()
  work?: PaperWork
  readonly buttons = [{ label: 'Mail server down', isOn: false }]
  restarts = 0
  /** What `press` and `restart` wait for. */
  patience: Promise<void> = Promise.resolve()
  private readonly list: ProcessState[]

  constructor(number: number, urls: Record<string, string> = {}) {
    this.lesson = lessons.find((lesson) => lesson.number === number)!
    this.list = this.lesson.processes.map(({ name, page }) => ({
      name,
      ...(page !== undefined && { page }),
      url: urls[name] ?? 'http://127.0.0.1:9',
      state: 'starting',
    }))
  }

  processes(): ProcessState[] {
    return this.list
  }

  failures() {
    return this.buttons
  }

  async press(index: number): Promise<void> {
    await this.patience
    const button = this.buttons[index]!
    button.isOn = !button.isOn
    this.recorder.record('mail', { type: 'flag', at: Date.now(), text: button.label })
  }

  async restart(): Promise<void> {
    await this.patience
    this.restarts++
  }

  print(process: string, stream: 'out' | 'err', line: string): void {
    this.recorder.print(process, stream, line)
  }

  /** A process begins to listen, or ends. */
  turn(name: string, state: 'ready' | 'stopped', at = Date.now()): void {
    this.list.find((process) => process.name === name)!.state = state
    const text = state === 'ready' ? `${name} is ready` : `${name} was stopped`
    this.recorder.record(name, { type: 'process', at, status: state, text })
  }

  tell(...events: ProcessEvent[]): void {
    for (const event of events) this.recorder.record('app', event)
  }
}

/** Work on an exercise, on paper but for the files of `folder`. */
export class PaperWork implements Work {
  verdict: Verdict | undefined
  readonly hints = new OpenHints(3)
  private readonly listeners = new Set<(verdict: Verdict) => void>()
  private readonly watchers = new Set<() => void>()

  constructor(readonly folder: string) {}

  /** The check ends. */
  check(verdict: Verdict): void {
    this.verdict = verdict
    for (const listener of this.listeners) listener(verdict)
  }

  /** Files have changed. */
  save(): void {
    for (const watcher of this.watchers) watcher()
  }

  onVerdict(listener: (verdict: Verdict) => void) {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  onChange(watcher: () => void) {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }
}

/** One fact holds; the next is broken, with this sentence; one is not looked at; or all of them hold. */
export function verdictOf(sentence?: string, more: Partial<Verdict> = {}): Verdict {
  const facts = ['The page is there.', 'The second mail is not sent.', 'The app knows of it.']
  const broken = sentence === undefined ? undefined : { fact: facts[1]!, sentence }
  return {
    lesson: 3,
    facts,
    of: facts.length,
    passed: broken ? facts.slice(0, 1) : facts,
    events: [],
    ...(broken && { broken }),
    ...more,
  }
}

/** What the app of lesson 3 tells when its first mail is refused. */
export function refusedSignup(at: number): ProcessEvent[] {
  const file = 'lessons/03-ordered-tasks/app.tsx'
  const task = { type: 'task', request: 1 } as const
  const welcome = { ...task, id: 1, name: 'sendWelcomeEmail', args: "'ada@bounce.test'" }
  const note = { ...task, id: 2, name: 'notifyAdmin', args: "'ada'" }
  return [
    { type: 'request', at, id: 1, status: 'arrived', method: 'POST', path: '/signup' },
    { ...welcome, at: at + 1, status: 'waiting', place: { file, line: 36 } },
    { ...note, at: at + 1, status: 'waiting', place: { file, line: 38 } },
    { type: 'request', at: at + 2, id: 1, status: 'answered', code: 200 },
    { type: 'request', at: at + 4, id: 1, status: 'sent' },
    { ...welcome, at: at + 5, status: 'running' },
    { ...welcome, at: at + 305, status: 'failed', error: '550 no such mailbox' },
    { ...note, at: at + 305, status: 'skipped' },
  ]
}
