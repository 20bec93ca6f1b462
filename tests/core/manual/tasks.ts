/** The functions that the manual's snippets call. */
export const outbox: string[] = []

export async function sendWelcomeEmail(address: string): Promise<void> {
  if (Bun.env.MAIL_TAKES) {
    console.log('is being sent')
    await Bun.sleep(Number(Bun.env.MAIL_TAKES))
    console.log('sent')
  }
  outbox.push(address)
}

export async function notifyAdmin(name: string): Promise<void> {
  outbox.push(`admin: ${name}`)
}

export function countPrimes(below: number): number {
  let count = 0
  for (let number = 2; number < below; number++) {
    let divisor = 2
    while (divisor * divisor <= number && number % divisor !== 0) divisor++
    if (divisor * divisor > number) count++
  }
  return count
}
