/** The parts of the guide beside the lanes. Adding one is one entry: it has its tab where it has something to show. */
import { AppBody, AppTools } from './app-panel'
import { CheckBody } from './check-panel'
import { CodeBody, CodeTools } from './code-panel'
import { DiffBody } from './diff-panel'
import { ExerciseBody } from './exercise-panel'
import { HintsBody } from './hints-panel'
import { LessonBody } from './lesson-panel'
import { TerminalBody, TerminalTools } from './terminal-panel'
import type { View } from './view'

type Panel = {
  id: string
  title: string
  /** The column that it is in. On a narrow screen there is one for all. */
  side: 'left' | 'right'
  /** On a wide screen it stands beside the others of its side. */
  isBeside?: boolean
  /** Only where a lesson runs, or where its exercise is worked on. */
  needs?: 'live' | 'exercise'
  /** What stands beside its title. */
  Tools?: (view: View) => JSX.Element
  Body: (view: View) => JSX.Element
}

const panels: readonly Panel[] = [
  { id: 'lesson', title: 'Lesson', side: 'left', Body: LessonBody },
  { id: 'exercise', title: 'Exercise', side: 'left', Body: ExerciseBody },
  { id: 'check', title: 'Check', side: 'left', needs: 'exercise', Body: CheckBody },
  { id: 'hints', title: 'Hints', side: 'left', needs: 'exercise', Body: HintsBody },
  { id: 'diff', title: 'Diff', side: 'left', needs: 'exercise', Body: DiffBody },
  {
    id: 'app',
    title: 'App',
    side: 'left',
    isBeside: true,
    needs: 'live',
    Tools: AppTools,
    Body: AppBody,
  },
  { id: 'code', title: 'Code', side: 'right', Tools: CodeTools, Body: CodeBody },
  {
    id: 'terminal',
    title: 'Terminal',
    side: 'right',
    isBeside: true,
    needs: 'live',
    Tools: TerminalTools,
    Body: TerminalBody,
  },
]

export function Panels({ view }: { view: View }) {
  const shown = shownIn(view)
  return <div class="panels">{shown.map((panel) => Frame(panel, shown, view))}</div>
}

/** The tabs of a narrow screen. On a wider one each panel has those of its column. */
export function AllTabs({ view }: { view: View }) {
  const only = onlyOne(view)
  return (
    <nav class="all-tabs" aria-label="Parts of the guide">
      {shownIn(view).map(({ id, title }) => Tab({ id, title, isCurrent: id === only }))}
      {view.live ? Tab({ id: 'lanes', title: 'Lanes', isCurrent: only === 'lanes' }) : null}
    </nav>
  )
}

/** The part that a narrow screen shows. */
export function onlyOne(view: View): string {
  const isThere = shownIn(view).some(({ id }) => id === view.tab)
  return view.tab && (isThere || (view.tab === 'lanes' && view.live)) ? view.tab : 'lesson'
}

function shownIn(view: View): readonly Panel[] {
  return panels.filter(({ needs }) => !needs || view[needs] !== undefined)
}

function Frame(panel: Panel, shown: readonly Panel[], view: View) {
  const { id, title, side, isBeside, Tools, Body } = panel
  const column = shown.filter((one) => one.side === side)
  const stays = column.filter((one) => !one.isBeside)
  const asked = column.find((one) => one.id === view.tab)
  const classes = [
    'panel',
    side,
    isBeside && 'beside',
    stays.length === 1 && 'alone',
    // In front of its column; in front of those that stay on a wide screen; on a narrow one.
    panel === (asked ?? column[0]) && 'front',
    panel === (asked && !asked.isBeside ? asked : stays[0]) && 'main',
    id === onlyOne(view) && 'only',
  ]
  return (
    <section id={id} class={classes} aria-labelledby={`${id}-title`}>
      <div class="head">
        <h2 id={`${id}-title`} safe>
          {title}
        </h2>
        {column.length > 1 && (
          <nav class="tabs" aria-label={side === 'left' ? 'Left column' : 'Right column'}>
            {column.map((one) =>
              Tab({
                id: one.id,
                title: one.title,
                isCurrent: one === panel,
                isBeside: one.isBeside,
              }),
            )}
          </nav>
        )}
        {Tools ? Tools(view) : null}
      </div>
      {Body(view)}
    </section>
  )
}

type TabOptions = { id: string; title: string; isCurrent: boolean; isBeside?: boolean | undefined }

function Tab({ id, title, isCurrent, isBeside }: TabOptions) {
  return (
    <a
      href={`?tab=${id}`}
      data-tab={id}
      class={isBeside ? 'beside' : undefined}
      aria-current={isCurrent ? 'true' : undefined}
      safe
    >
      {title}
    </a>
  )
}
