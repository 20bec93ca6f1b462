import { Page } from '../../page'
import * as shop from './shop'

export function Home() {
  return (
    <Page title="Points">
      <div class="row">
        <OrderButton />
        <button class="harm" hx-post="/kill" hx-swap="none">
          Kill the program with -9
        </button>
      </div>
      <div hx-get="/points" hx-trigger="every 500ms">
        <Points />
      </div>
    </Page>
  )
}

/** One button is one order, however often it is pressed. */
export function OrderButton() {
  const order = Bun.randomUUIDv7()
  return (
    <button
      hx-post={`/order?order=${order}&customer=ada&points=10`}
      hx-swap="outerHTML"
    >
      Order something: 10 points for ada
    </button>
  )
}

export function Points() {
  return <ul class="list">{shop.list().map(Row)}</ul>
}

function Row({ customer, total }: { customer: string; total: number }) {
  return <li safe>{`${customer}: ${total} points`}</li>
}
