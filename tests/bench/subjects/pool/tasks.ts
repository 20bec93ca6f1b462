/** What the benchmark calls: nothing, so that what is measured is the way there and back. */
export function noop(_payload: string): void {}

/** And work that keeps a core busy for some milliseconds. */
export function countPrimes(below: number): number {
  let primes = 0
  for (let number = 2; number < below; number++) {
    let divisor = 2
    while (divisor * divisor <= number && number % divisor !== 0) divisor++
    if (divisor * divisor > number) primes++
  }
  return primes
}
