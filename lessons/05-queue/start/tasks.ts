import * as shop from './shop'

/** A job: each order gives its customer points. */
export async function awardPoints(
  order: string,
  customer: string,
  points: number,
) {
  // TODO 1: killed in the middle, this runs again at the next start.
  // Whatever the moment of the kill, the points of an order count
  // once: not twice, not never. shop.ts has all that we need.
  shop.addPoints(customer, points)
  await printReceipt(order)
}

async function printReceipt(order: string) {
  await Bun.sleep(2_000) // a slow printer, so that we can kill it
  console.log(`receipt for ${order}`)
}
