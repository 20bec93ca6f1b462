/** The hints of an exercise, one after another. What is not asked for is not in the page. */
import { hintsOf } from '../hints'
import { renderMarkdown } from './readme'
import type { View } from './view'

export function HintsBody(view: View) {
  return (
    <div class="body readme work" tabindex="0" role="group" aria-labelledby="hints-title">
      <div
        id="opened"
        hx-get={view.exercise && '/exercise/hints'}
        hx-trigger="hints from:body"
        hx-swap="innerMorph"
      >
        <Hints view={view} />
      </div>
    </div>
  )
}

export function Hints({ view: { lesson, exercise } }: { view: View }) {
  const hints = hintsOf(lesson)
  const count = exercise?.progress.hints.count ?? 0
  return (
    <>
      {count === 0 && <p>Each hint says more than the one before it.</p>}
      {hints.slice(0, count).map((hint, index) => {
        const safeHint = renderMarkdown(hint, exercise?.files ?? [])
        return (
          <>
            <h2 tabindex="-1" data-focus={index === count - 1}>
              Hint {index + 1} of {hints.length}
            </h2>
            {safeHint}
          </>
        )
      })}
      {count < hints.length ? (
        <button
          type="button"
          hx-post={`/exercise/hints/${count + 1}`}
          hx-target="#opened"
          hx-swap="innerMorph"
        >
          Show hint {count + 1} of {hints.length}
        </button>
      ) : (
        <p>
          That is the last one. What is left is the solution, in{' '}
          <a href="?tab=diff" data-tab="diff">
            Diff
          </a>
          .
        </p>
      )}
    </>
  )
}
