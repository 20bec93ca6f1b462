import type { Job } from '../../core/queue'
import type { Look } from './jobs'
import { consumers } from './presence'

export function State({ welcome, note, failed, latest }: Look) {
  const safePids = consumers().join(' and process ')
  return (
    <>
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
      <p class="quiet">
        Run by process {safePids || '… none is there'}.
      </p>
      <ul class="list">{latest.map(JobItem)}</ul>
    </>
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

function JobItem(job: Job) {
  const { id, attempts, error, status } = job
  return (
    <li id={id}>
      <code safe>{callOf(job)}</code>
      <span class={['status', status]}>{status}</span>
      <small class="quiet" safe>{`${id}, attempts: ${attempts}`}</small>
      <span class="problem" safe>
        {status !== 'succeeded' && error}
      </span>
      {status === 'failed' && <Retry id={id} />}
    </li>
  )
}

function Retry({ id }: { id: string }) {
  const address = `/retry?id=${encodeURIComponent(id)}`
  return (
    <div>
      <button type="button" hx-post={address} hx-target="#said">
        Retry
      </button>
    </div>
  )
}

function callOf({ name, args }: Job): string {
  return `${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`
}
