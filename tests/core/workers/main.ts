/** A program that uses workers: what is claimed of a whole process is seen from outside. */
import { workers } from '../../../core/workers'
import type * as tasks from './tasks'

const [isolation, scenario] = process.argv.slice(2)
if (isolation !== 'thread' && isolation !== 'process') throw new TypeError('thread or process?')
const pool = workers<typeof tasks>(new URL('./worker.ts', import.meta.url), { size: 1, isolation })

const scenarios: Record<string, () => Promise<unknown>> = {
  answer: () => pool.add(1, 2),
  async spin() {
    console.log(await pool.whereAmI())
    return pool.spin()
  },
  async memory() {
    const outcome = await pool.exhaustMemory().catch((error: Error) => error.name)
    return `${outcome}, and 1 + 2 is ${await pool.add(1, 2)}`
  },
  async forget() {
    const before = await pool.whereAmI()
    const results = [await pool.rejectAfterwards(), await pool.addLater(1, 2)]
    const isSame = before === (await pool.whereAmI())
    return [...results, isSame ? 'same worker' : 'another worker'].join(', ')
  },
  giveUp() {
    const never = new URL('./never-loads.ts', import.meta.url)
    const loading = workers<typeof tasks>(never, { size: 1, isolation })
    const call = loading.with({ signal: AbortSignal.timeout(50) }).add(1, 2)
    return call.catch((error: Error) => error.name)
  },
  dispose() {
    const calls = [pool.spin(), pool.spin(), pool.add(1, 2)]
    pool[Symbol.dispose]()
    return Promise.allSettled(calls).then((results) => results.map(({ status }) => status).join())
  },
}

console.log(await scenarios[scenario!]!())
