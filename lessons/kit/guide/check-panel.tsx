/** What the check of an exercise says: in one line below the head of the page, and fact by fact. All of it is text. */
import type { Verdict } from '../check/check'
import { nextAfter } from '../checks'
import { sceneAsText } from '../lanes/text'
import { harmless } from '../lanes/words'
import { sceneOf } from '../verdict'
import { filesOf } from './code-panel'
import type { View } from './view'

/** Characters of a line of the lanes: as many as a narrow column has room for. */
const width = 44

export function CheckLine({ view: { exercise } }: { view: View }) {
  if (!exercise) return null
  const { state, verdict } = exercise.progress
  return (
    <>
      <a href="?tab=check" data-tab="check">
        Check
      </a>
      {state === 'busy' || !verdict ? (
        <span class="busy">◌ is running</span>
      ) : verdict.broken ? (
        <>
          <b class="bad" safe>{`✗ ${harmless(verdict.broken.sentence)}`}</b>
          <a href="?tab=hints" data-tab="hints">
            Hint
          </a>
        </>
      ) : (
        <>
          <b class="good" safe>{`✓ ${verdict.passed.length} of ${verdict.of}`}</b>
          <span safe>{nextAfter(verdict)}</span>
        </>
      )}
    </>
  )
}

export function CheckBody(view: View) {
  return (
    <div
      class="body work"
      tabindex="0"
      role="group"
      aria-labelledby="check-title"
      hx-get="/exercise/check"
      hx-trigger="check from:body"
      hx-swap="innerMorph"
    >
      <Facts view={view} />
    </div>
  )
}

export function Facts({ view }: { view: View }) {
  const { state, verdict } = view.exercise?.progress ?? {}
  if (!verdict) return <p class="busy">◌ The first check is running.</p>
  return (
    <>
      {state === 'busy' ? (
        <p class="busy">◌ What is saved is being checked. This is the check before:</p>
      ) : verdict.of === 0 ? (
        <p>No fact can be looked at yet.</p>
      ) : (
        <p>
          <b class={state} safe>{`${verdict.passed.length} of ${verdict.of}`}</b>{' '}
          {verdict.of === 1 ? 'fact holds.' : 'facts hold.'}
        </p>
      )}
      <ul class="facts">
        <Rows verdict={verdict} view={view} />
      </ul>
      {verdict.broken ? <Lanes verdict={verdict} /> : <p safe>{nextAfter(verdict)}</p>}
    </>
  )
}

type RowsOptions = { verdict: Verdict; view: View }

function Rows({ verdict: { passed, broken, facts }, view }: RowsOptions) {
  return (
    <>
      {passed.map((fact) => (
        <li>
          <b class="good">✓</b> <span safe>{harmless(fact)}</span>
        </li>
      ))}
      {broken ? (
        <li>
          <b class="bad">✗</b>{' '}
          <span>
            <b safe>{harmless(broken.fact)}</b>
            <br />
            <Sentence broken={broken} view={view} />{' '}
            <a href="?tab=hints" data-tab="hints">
              Hint
            </a>
          </span>
        </li>
      ) : null}
      {facts.slice(passed.length + 1).map((fact) => (
        <li class="quiet">
          <b>·</b>{' '}
          <span>
            <span safe>{harmless(fact)}</span> <span class="unseen">Not looked at yet.</span>
          </span>
        </li>
      ))}
    </>
  )
}

type SentenceOptions = { broken: NonNullable<Verdict['broken']>; view: View }

/** With its place as a link, which stands where the sentence names it or else behind it. */
function Sentence({ broken: { sentence, place }, view }: SentenceOptions) {
  const words = harmless(sentence)
  const file = filesOf(view).find(({ path }) => path === place?.file)
  if (!place || !file) return <span safe>{words}</span>
  const named = harmless(`${place.file}:${place.line}`)
  const [before = '', after] = splitAt(words, named)
  return (
    <>
      <span safe>{after === undefined ? `${before} ` : before}</span>
      <a href={`#${file.id}-L${place.line}`} safe>
        {harmless(`${file.name}:${place.line}`)}
      </a>
      <span safe>{after ?? ''}</span>
    </>
  )
}

function splitAt(text: string, part: string): string[] {
  const at = text.indexOf(part)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + part.length)]
}

function Lanes({ verdict: { events } }: { verdict: Verdict }) {
  const text = sceneAsText(sceneOf(events), width)
  if (text === '') return null
  return (
    <>
      <h2 id="seen">What the check saw</h2>
      <pre class="out" role="group" aria-labelledby="seen" tabindex="0" safe>
        {text}
      </pre>
    </>
  )
}
