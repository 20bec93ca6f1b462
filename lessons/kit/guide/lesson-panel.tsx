/** The README of a lesson, with its prediction as options to pick from. */
import type { Lesson } from '../../index'
import type { Proof } from './proofs'
import { renderMarkdown, splitReadme } from './readme'
import type { View } from './view'

export function LessonBody({ lesson, texts: { files, readme }, live }: View) {
  const { before, after } = splitReadme(readme)
  const safeBefore = renderMarkdown(before, files)
  const safeAfter = renderMarkdown(after, files)
  return (
    <div class="body readme" tabindex="0" role="group" aria-labelledby="lesson-title">
      {safeBefore}
      {/* What is picked stays picked: an update only adds to it. */}
      <div
        id="prediction"
        hx-get="/prediction"
        hx-trigger="happened from:body"
        hx-swap="innerMorph"
      >
        <Predict lesson={lesson} proof={live?.watch.proof} />
      </div>
      {safeAfter}
    </div>
  )
}

/** Nothing here is right or wrong: what was guessed and what happened look the same. */
export function Predict({ lesson, proof }: { lesson: Lesson; proof: Proof[] | undefined }) {
  const { question, options, answer, because } = lesson.prediction
  return (
    <fieldset data-lesson={lesson.number}>
      <legend>Predict</legend>
      <p safe>{question}</p>
      {options.map((option, index) => (
        <label>
          <input type="radio" name="guess" value={String(index)} />
          <span>
            <span safe>{option}</span> <span class="tag guessed">your guess</span>{' '}
            {proof && index === answer ? <span class="tag">what happened</span> : null}
          </span>
        </label>
      ))}
      {proof ? (
        <p class="quiet because" role="status">
          <span safe>{because}</span> See it: {proof.map(Disc)}
        </p>
      ) : null}
    </fieldset>
  )
}

function Disc({ show, words }: Proof, index: number) {
  const number = index + 1
  return (
    <span class="seen">
      <a
        class="disc"
        href="?tab=lanes"
        data-show={Bun.escapeHTML(JSON.stringify(show))}
        aria-label={`Mark ${number} in the lanes`}
      >
        {number}
      </a>{' '}
      <span safe>{words}</span>
    </span>
  )
}
