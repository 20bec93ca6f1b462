import * as shop from './shop'

/** A job: each order gives its customer points. */
export async function awardPoints(
  order: string,
  customer: string,
  points: number,
) {
  // TODO 1: whenever the program is killed, an order counts once.
  // Not twice: a job that was killed runs again at the next start.
  // And not never. shop.ts has all that we need.
  shop.addPoints(customer, points)
  await printReceipt(order)
}

async function printReceipt(order: string) {
  await Bun.sleep(2_000) // a slow printer, so that we can kill it
  console.log(`receipt for ${order}`)
}
