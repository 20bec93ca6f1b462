import { awayFor } from './broker'
import { Counts } from './counts-row'
import { JobItem } from './job-item'
import type { Look } from './jobs'
import { consumers } from './presence'

export function State(look: Look) {
  const { welcome, note, failed, latest, isBrokerHere } = look
  const pids = consumers().map(({ pid }) => `process ${pid}`)
  const who = pids.join(' and ') || 'no process: none is there'
  return (
    <>
      <section class="numbers">
        {!isBrokerHere && <Away />}
        <table class="counts">
          <thead>
            <tr>
              <th scope="col">Mails</th>
              <th scope="col">taken</th>
              <th scope="col">to&nbsp;do</th>
              <th scope="col">done</th>
              <th scope="col">dead letters</th>
              <th scope="col">lost</th>
              <th scope="col">ran twice</th>
            </tr>
          </thead>
          <tbody>
            <Counts name="welcome, stored" {...welcome} />
            <Counts name="note, in memory" {...note} />
          </tbody>
        </table>
        <p class="quiet">Dead letters: jobs that failed five times.</p>
      </section>
      <section class="jobs">
        {failed.length > 0 && <h2>Dead letters</h2>}
        <ul class="list">{failed.map(JobItem)}</ul>
        <h2>Jobs</h2>
        <p class="quiet" safe>
          {`Run by ${who}.`}
        </p>
        <ul class="list">{latest.map(JobItem)}</ul>
      </section>
    </>
  )
}

const silence = Bun.env.REDIS_URL
  ? 'The broker is away'
  : 'The queue does not answer'

/** What the numbers and the list below are worth meanwhile. */
function Away() {
  const back = awayFor() > 0 ? `back in ${awayFor()} s` : 'we ask on'
  return (
    <p class="problem" safe>
      {`${silence}, ${back}. Below is what it said last.`}
    </p>
  )
}
