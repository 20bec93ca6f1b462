import { awayFor } from './broker'
import { JobItem } from './job-item'
import type { Look } from './jobs'
import { consumers } from './presence'

export function State(look: Look) {
  const { welcome, note, failed, latest, isBrokerHere } = look
  const pids = consumers().map(({ pid }) => `process ${pid}`)
  return (
    <>
      {!isBrokerHere && <Away />}
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">Mails</th>
            <th scope="col">taken</th>
            <th scope="col">done</th>
            <th scope="col">lost</th>
            <th scope="col">ran twice</th>
          </tr>
        </thead>
        <tbody>
          <Counts name="welcome, stored" {...welcome} />
          <Counts name="note, in memory" {...note} />
        </tbody>
      </table>
      {failed.length > 0 && <h2>Dead letters</h2>}
      <ul class="list">{failed.map(JobItem)}</ul>
      <h2>Jobs</h2>
      <p class="quiet" safe>
        {`Run by ${pids.join(' and ') || 'no process: none is there'}.`}
      </p>
      <ul class="list">{latest.map(JobItem)}</ul>
    </>
  )
}

/** What the numbers and the list below are worth meanwhile. */
function Away() {
  const back = awayFor() > 0 ? `back in ${awayFor()} s` : 'we ask on'
  return (
    <p class="problem" safe>
      {`The broker is away, ${back}. Below is what it said last.`}
    </p>
  )
}

type CountsOf = Look['note'] & { name: string }

function Counts({ name, taken, done, gone, twice }: CountsOf) {
  return (
    <tr>
      <th scope="row" safe>
        {name}
      </th>
      <td>{taken}</td>
      <td>{done}</td>
      <td class={gone > 0 ? 'problem' : ''}>{gone}</td>
      <td>{twice}</td>
    </tr>
  )
}
