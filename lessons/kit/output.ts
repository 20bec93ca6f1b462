/** What the runner prints, where that may fail: the other end of a pipe is closed, or a disk is full. */

/** Writes to `stream`. A failure is told to those who listen for it, and thrown at nobody. */
export function write(stream: NodeJS.WriteStream, text: string): void {
  try {
    stream.write(text)
  } catch (error) {
    stream.emit('error', error)
  }
}

/** Prints a line, or lines. Resolves with a sentence if that failed. */
export function print(text: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  whenOutputFails(resolve)
  process.stdout.write(`${text}\n`, (error) => resolve(error ? sentenceOf(error) : undefined))
  return promise
}

/** Prints the answer of a verb, and resolves with its exit code: `code`, or 1 if that failed. */
export async function say(text: string, code = 0): Promise<number> {
  const trouble = await print(text)
  if (trouble) console.error(trouble)
  return trouble ? 1 : code
}

/** Broken between words where a terminal would break within one. Lines after the first begin with `indent`. */
export function wrapped(text: string, indent = ''): string {
  const { columns } = process.stdout
  if (!columns) return text
  return Bun.wrapAnsi(text, Math.max(columns - indent.length, 20)).replaceAll('\n', `\n${indent}`)
}

/** Calls `tell` with a sentence each time that something cannot be printed. */
export function whenOutputFails(tell: (sentence: string) => void): void {
  const onError = (error: Error) => tell(sentenceOf(error))
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onError)
}

function sentenceOf(error: Error): string {
  return `What is printed cannot be written: ${error.message}.`
}
