import type { Job } from '../../core/queue'

export function JobItem(job: Job) {
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
