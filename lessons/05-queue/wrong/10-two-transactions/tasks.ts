import * as shop from './shop'

/** A job: each order gives its customer points. */
export async function awardPoints(
  order: string,
  customer: string,
  points: number,
) {
  if (shop.isRemembered(order)) return
  shop.allOrNothing(() => shop.remember(order))
  shop.allOrNothing(() => shop.addPoints(customer, points))
  await printReceipt(order)
}

async function printReceipt(order: string) {
  await Bun.sleep(2_000) // a slow printer, so that we can kill it
  console.log(`receipt for ${order}`)
}
