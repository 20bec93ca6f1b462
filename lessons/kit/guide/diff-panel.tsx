/** What a learner has changed since the start and, for those who want to see it, what is different in the solution. */
import type { Hunk } from '../difference'
import type { Difference } from './exercise'
import type { View } from './view'

export function DiffBody(view: View) {
  return (
    <div class="body work" tabindex="0" role="group" aria-labelledby="diff-title">
      <div
        id="compared"
        hx-get="/exercise/diff"
        hx-trigger="saved from:body, check from:body"
        hx-swap="innerMorph"
      >
        <Compared view={view} />
      </div>
    </div>
  )
}

export function Compared({ view: { exercise } }: { view: View }) {
  if (!exercise) return null
  const { progress, differences } = exercise
  const isSolution = progress.comparison === 'solution'
  return (
    <>
      {progress.comparison === 'asking' ? (
        <Question />
      ) : (
        <Press path={isSolution ? 'start' : 'solution'}>
          {isSolution ? 'Compare with the start' : 'Compare with the solution'}
        </Press>
      )}
      {differences.length === 0 ? (
        <p>
          {isSolution
            ? 'The exercise is the solution, letter by letter.'
            : 'Nothing is changed since the start.'}
        </p>
      ) : (
        <p class="legend">
          <del>{isSolution ? '- exercise' : '- start'}</del>{' '}
          <ins>{isSolution ? '+ solution' : '+ exercise'}</ins>
        </p>
      )}
      {differences.map((difference) => (
        <FileDifference difference={difference} isSolution={isSolution} />
      ))}
    </>
  )
}

function Question() {
  return (
    <div class="question" role="group" aria-labelledby="sure">
      <p id="sure" tabindex="-1" data-focus>
        The check does not pass yet. Show the solution all the same?
      </p>
      <Press path="solution?sure">Show it</Press> <Press path="start">Not yet</Press>
    </div>
  )
}

function Press({ path, children }: { path: string; children: string }) {
  return (
    <button
      type="button"
      hx-post={`/exercise/diff/${path}`}
      hx-target="#compared"
      hx-swap="innerMorph"
      hx-sync="#compared:queue all" // an update that is under way may know of what was before
      safe
    >
      {children}
    </button>
  )
}

type FileOptions = { difference: Difference; isSolution: boolean }

/** A hunk leads to where it is in the exercise. */
function FileDifference({ difference: { name, id, hunks }, isSolution }: FileOptions) {
  return (
    <>
      <h2 safe>{name}</h2>
      {hunks.map(({ oldLine, newLine, lines }) => {
        const line = isSolution ? oldLine : newLine
        const label = `diff-${id}-${line}`
        return (
          <>
            <a id={label} href={`#${id}-L${line}`}>
              line {line}
            </a>
            <pre class="source" role="group" aria-labelledby={label} tabindex="0">
              {lines.map(Line)}
            </pre>
          </>
        )
      })}
    </>
  )
}

function Line(line: Hunk['lines'][number]) {
  const [sign = ' ', text] = [line[0], line.slice(1)]
  const words = `${sign} ${text}`
  if (sign === '-')
    return (
      <del class="line" safe>
        {words}
      </del>
    )
  if (sign === '+')
    return (
      <ins class="line" safe>
        {words}
      </ins>
    )
  return (
    <span class="line" safe>
      {words}
    </span>
  )
}
