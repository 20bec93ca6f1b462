// Functions like any others. What stands before the dot says where
// they run: tasks.countPrimes here, pool.countPrimes on a worker.

/** Work that never waits: nothing else runs until it is done. */
export function countPrimes(limit: number) {
  let count = 0
  for (let n = 2; n <= limit; n++) if (isPrime(n)) count++
  console.log(`${count} primes up to ${limit}`)
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++)
    if (n % divisor === 0) return false
  return true
}

/** Ends whatever runs it, as broken native code would. */
export function crash() {
  process.exit(3)
}

/** Bytes in, bytes out: data is all that comes to a worker. */
export async function makeThumbnail(
  picture: Uint8Array<ArrayBuffer>,
  width: number,
) {
  const thumbnail = await new Bun.Image(picture)
    .resize(width, width, { fit: 'inside', withoutEnlargement: true })
    .webp()
    .blob()
  return thumbnail.arrayBuffer()
}
