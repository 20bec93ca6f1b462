/** What is to be done in an exercise, and where it stands in the learner's files. Without work: how to begin. */
import { commandLine } from '../program'
import { type Exercise, marksIn } from './exercise'
import { exerciseIn, renderMarkdown } from './readme'
import type { View } from './view'

export function ExerciseBody(view: View) {
  return (
    <div
      class="body readme work"
      tabindex="0"
      role="group"
      aria-labelledby="exercise-title"
      hx-get={view.exercise && '/exercise/text'}
      hx-trigger="saved from:body"
      hx-swap="innerMorph"
    >
      <ExerciseText view={view} />
    </div>
  )
}

export function ExerciseText({ view }: { view: View }) {
  const { lesson, texts, exercise } = view
  const safeTask = renderMarkdown(exerciseIn(texts.readme), texts.files)
  return (
    <>
      {safeTask}
      {exercise ? (
        <Marks exercise={exercise} />
      ) : (
        <>
          <p>Type this in a terminal, and edit the files that it names:</p>
          <pre class="out" safe>
            {commandLine('work', lesson.number)}
          </pre>
          <p>
            Each save is checked. The check, hints and what you have changed are shown here then.
          </p>
        </>
      )}
    </>
  )
}

function Marks({ exercise: { files } }: { exercise: Exercise }) {
  const marks = files.flatMap((file) => marksIn(file).map((mark) => ({ ...mark, file })))
  if (marks.length === 0) return <p>No TODO is left in the files.</p>
  return (
    <ul class="marks">
      {marks.map(({ file: { id, name }, line, words }) => (
        <li>
          <a href={`#${id}-L${line}`} safe>{`${name}:${line}`}</a> <span safe>{words}</span>
        </li>
      ))}
    </ul>
  )
}
