import * as store from './store'

/** The same answers under two keys, side by side. */
export function Lists() {
  return (
    <div class="ways">
      <section>
        <h2>Key: the time in seconds</h2>
        <List>{store.listBySecond().map(SecondRow)}</List>
      </section>
      <section>
        <h2>A key of its own</h2>
        <List>{store.list().map(Row)}</List>
      </section>
    </div>
  )
}

function List({ children }: { children: JSX.Element[] }) {
  if (children.length === 0) return <p class="quiet">None yet.</p>
  return <ul class="list">{children}</ul>
}

function SecondRow({ request_time, response_time }: store.SecondRow) {
  return (
    <li id={`second-${request_time}`}>
      <span safe>{`No. ${request_time}`}</span>
      <span class="status done">done</span>
      <span safe>{`answered at ${clock(response_time)}`}</span>
    </li>
  )
}

function Row({ id, request_time, response_time, ...row }: store.Row) {
  const asked = `No. ${id}: asked at ${clock(request_time)}`
  const answer = response_time
    ? `answered at ${clock(response_time)}`
    : row.note || 'no answer yet'
  return (
    <li id={`response-${id}`}>
      <span safe>{asked}</span>
      <span class={['status', row.status]}>{row.status}</span>
      <span safe>{answer}</span>
    </li>
  )
}

export function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB')
}
