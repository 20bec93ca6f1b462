/** Computes and never waits: meanwhile its thread does nothing else. */
export function countPrimes(limit: number) {
  // Stands for a broken native library: what runs it is ended.
  if (limit === 13) process.exit(3)
  let primes = 0
  for (let n = 2; n <= limit; n++) if (isPrime(n)) primes++
  return primes
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++)
    if (n % divisor === 0) return false
  return true
}

export const results = new Map<number, string>()

export function count(limit: number) {
  results.set(limit, `${countPrimes(limit)} primes`)
}
