/** The files of a lesson, in colours; each of their lines has an address. At work, the learner's own come first. */
import type { Place } from '../lanes/events'
import { highlight } from './highlight'
import type { SourceFile } from './sources'
import type { View } from './view'

export function CodeTools(view: View) {
  return (
    <div
      class="files"
      role="tablist"
      aria-label="Files"
      hx-get={view.exercise && '/exercise/files'}
      hx-trigger="saved from:body"
      hx-swap="innerMorph"
    >
      <FileTabs view={view} />
    </div>
  )
}

export function FileTabs({ view }: { view: View }) {
  return (
    <>
      {filesOf(view).map(({ name, id }, index) => (
        <a
          id={`tab-${id}`}
          role="tab"
          href={`#${id}`}
          aria-controls={id}
          aria-selected={index === 0 ? 'true' : 'false'}
          tabindex={index === 0 ? '0' : '-1'}
          safe
        >
          {name}
        </a>
      ))}
    </>
  )
}

export function CodeBody(view: View) {
  return (
    <div
      class="sources"
      hx-get={view.exercise && '/exercise/sources'}
      hx-trigger="saved from:body, check from:body"
      hx-swap="innerMorph"
    >
      <Sources view={view} />
    </div>
  )
}

export function Sources({ view }: { view: View }) {
  const broken = brokenPlace(view)
  return (
    <>
      {filesOf(view).map((file, index) => (
        <pre
          id={file.id}
          data-path={Bun.escapeHTML(file.path)}
          role="tabpanel"
          aria-labelledby={`tab-${file.id}`}
          tabindex="0"
          hidden={index > 0}
        >
          <Lines file={file} broken={broken} />
        </pre>
      ))}
    </>
  )
}

type LinesOptions = { file: SourceFile; broken?: Place | undefined }

function Lines({ file: { path, id, text }, broken }: LinesOptions) {
  return (
    <>
      {highlight(path, text).map((safeLine, index) => {
        const number = index + 1
        const isBroken = broken?.file === path && broken.line === number
        return (
          <span id={`${id}-L${number}`} class={isBroken ? 'line broken' : 'line'}>
            <a
              href={`#${id}-L${number}`}
              aria-label={`Line ${number}${isBroken ? ', where the check fails' : ''}`}
              tabindex="-1"
            >
              {number}
            </a>
            {safeLine}
          </span>
        )
      })}
    </>
  )
}

/** Where the last check has failed, as long as what it has read is what is shown. */
function brokenPlace({ exercise }: View): Place | undefined {
  const { state, verdict } = exercise?.progress ?? {}
  return state === 'bad' ? verdict?.broken?.place : undefined
}

export function filesOf({ exercise, texts }: View): SourceFile[] {
  return [...(exercise?.files ?? []), ...texts.files]
}
