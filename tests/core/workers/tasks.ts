/** What the tests run on workers. */
import { existsSync, writeFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

export function add(one: number, other: number): number {
  return one + other
}

export async function addLater(one: number, other: number): Promise<number> {
  await new Promise(setImmediate)
  return one + other
}

export function echo<Value>(value: Value): Value {
  return value
}

/** Tells workers apart, threads and processes alike. */
export function whereAmI(): string {
  return `${process.pid}/${threadId}`
}

/** Says that it has begun, and blocks its thread until the gate is open. Both are files. */
export function blockUntil(gate: string): string {
  writeFileSync(`${gate}.begun`, '')
  while (!existsSync(gate));
  return whereAmI()
}

/** The same, without blocking: the worker still has only this call. */
export async function waitUntil(gate: string): Promise<string> {
  writeFileSync(`${gate}.begun`, whereAmI())
  // oxlint-disable-next-line no-await-in-loop -- one look after another is what waiting is
  while (!existsSync(gate)) await new Promise(setImmediate)
  return whereAmI()
}

export function spin(): void {
  while (true);
}

export function exit(code: number): void {
  process.exit(code)
}

class OutOfPaper extends Error {
  override name = 'OutOfPaper'
  readonly tray = 2
  readonly refill = () => 'a function cannot be sent'
}

export function print(): void {
  throw new OutOfPaper('The tray is empty', {
    cause: new RangeError('0 sheets', { cause: 'nobody refilled it' }),
  })
}

export function throwValue(value: unknown): void {
  throw value
}

export function throwFunction(): void {
  throw () => 'not an error'
}

function refuse(): never {
  throw new Error('do not look')
}

export function throwHostile(): void {
  const error = new Error('hostile')
  Object.defineProperty(error, 'message', { get: refuse })
  Object.defineProperty(error, 'detail', { get: refuse, enumerable: true })
  throw error
}

export function throwMany(): void {
  throw new AggregateError([new TypeError('first'), 'second'], 'two things')
}

export function throwCircle(): void {
  const error = new Error('round')
  error.cause = error
  throw error
}

export function throwAbort(): void {
  AbortSignal.abort().throwIfAborted()
}

/** As Node and many packages do: the name of a DOMException, with a code in words. */
export function throwNamed(name: string, code: string): void {
  throw Object.assign(new Error('given up'), { name, code })
}

/** With a property of its own that would be another prototype, if it were assigned. */
export function throwPrototype(): void {
  const error = new Error('hostile')
  Object.defineProperty(error, '__proto__', { value: { polluted: true }, enumerable: true })
  throw error
}

/** Its result is a lie: it cannot be sent. */
export function returnFunction(): unknown {
  return { callback: () => 1 }
}

/** Never answers, and takes the worker with it. */
export function crash(): Promise<never> {
  setImmediate(() => {
    throw new RangeError('thrown where no task could catch it')
  })
  return new Promise(() => {})
}

/** Answers, and takes the worker with it after the answer. */
export function crashAfterwards(): string {
  setImmediate(() => {
    throw new Error('thrown after the answer')
  })
  return 'answered'
}

/** Answers, and leaves a promise that is rejected later. */
export function rejectAfterwards(): string {
  void new Promise(setImmediate).then(() => {
    throw new Error('rejected after the answer')
  })
  return 'answered'
}

/** Posts what is no answer, but may look like one, as a module may that also does other things. */
export function postNonsense(): string {
  const post = (message: unknown) => {
    try {
      if (threadId > 0) postMessage(message)
      else process.send?.(message)
    } catch {
      // Not every value can be sent.
    }
  }
  for (const message of ['nonsense', { nonsense: true }, null, undefined, 5, [], [[]], [null]])
    post(message)
  for (let number = 0; number < 20; number++) {
    post([number])
    post([number, undefined, 5])
    post([number, 'STOLEN'])
    for (let kind = 0; kind < 4; kind++) post([number, kind, 'STOLEN'])
  }
  return 'answered'
}

/** Allocates until its process ends: by the limit that it gives itself, long before the machine is short of memory. */
export function exhaustMemory(): number {
  const { exitCode } = Bun.spawnSync(['prlimit', `--pid=${process.pid}`, '--data=1000000'])
  if (exitCode !== 0) throw new Error('prlimit failed')
  // A chain of small objects: for a large one that does not fit there would be an error to catch.
  let kept: unknown = null
  // Stops by itself at a gigabyte or two, should the limit not hold.
  for (let count = 0; count < 30_000_000; count++) kept = { count, kept }
  return Object.keys(kept ?? {}).length
}

/** The names of what is in its environment. */
export function environment(): string[] {
  return Object.keys(process.env).toSorted()
}

/** Hangs up on the pool. */
export function disconnect(): Promise<never> {
  process.disconnect?.()
  return new Promise(() => {})
}

export function killItself(): void {
  process.kill(process.pid, 'SIGKILL')
}

export const notAFunction = 'a constant'

/** Blocks for about so many milliseconds. */
export function compute(milliseconds: number): number {
  const end = performance.now() + milliseconds
  let rounds = 0
  while (performance.now() < end) rounds++
  return rounds
}
