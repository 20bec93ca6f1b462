/** Computes and never waits: meanwhile its thread does nothing else. */
export async function countPrimes(limit: number) {
  // Stands for a broken native library: what runs it is ended.
  if (limit === 13) process.exit(3)
  let count = 0
  for (let n = 2; n <= limit; n++) {
    if (n % 5000 === 0) await new Promise(setImmediate)
    if (isPrime(n)) count++
  }
  return count
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++)
    if (n % divisor === 0) return false
  return true
}
