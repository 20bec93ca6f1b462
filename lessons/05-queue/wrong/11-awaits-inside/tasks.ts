import * as shop from './shop'

/** A job: each order gives its customer points. */
export async function awardPoints(
  order: string,
  customer: string,
  points: number,
) {
  shop.allOrNothing(async () => {
    if (shop.isRemembered(order)) return
    shop.remember(order)
    await printReceipt(order)
    shop.addPoints(customer, points)
  })
}

async function printReceipt(order: string) {
  await Bun.sleep(2_000) // a slow printer, so that we can kill it
  console.log(`receipt for ${order}`)
}
