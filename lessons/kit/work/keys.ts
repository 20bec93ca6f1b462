/** Single keys, where a person sits at a terminal. */

/** What each key does, as the terminal says it. */
export const keys = {
  h: 'hint',
  d: 'difference to the solution',
  s: 'solution',
  r: 'reset',
  n: 'next exercise',
  q: 'quit',
}

export type Key = keyof typeof keys

export function isKey(key: string): key is Key {
  return key in keys
}

export function keysInWords(): string {
  return Object.entries(keys)
    .map((key) => key.join(' '))
    .join(', ')
}

/** Ctrl-C and Ctrl-D: a terminal that gives single keys sends no signal for them. */
const quits = ['\u0003', '\u0004']

/** Calls `onKey` with each key that is pressed, until it is disposed of. Does nothing where no terminal is. */
export function readKeys(onKey: (key: string) => void): Disposable & { areRead: boolean } {
  const { stdin } = process
  if (!stdin.isTTY) return { areRead: false, [Symbol.dispose]() {} }
  const onData = (chunk: Buffer) => {
    for (const key of chunk.toString()) onKey(quits.includes(key) ? 'q' : key.toLowerCase())
  }
  const restore = () => void stdin.setRawMode(false)
  stdin.setRawMode(true)
  stdin.on('data', onData)
  // However we end: a terminal that is left like this shows nothing of what is typed.
  process.on('exit', restore)
  return {
    areRead: true,
    [Symbol.dispose]() {
      restore()
      process.off('exit', restore)
      stdin.off('data', onData)
      stdin.pause()
    },
  }
}
