/** A question in the terminal, answered with y or n. */
import { createInterface } from 'node:readline/promises'

/** Whether somebody is there to be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY
}

/** Whether the answer is yes. Anything else, the end of the input included, is no. */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const closed = new Promise<string>((resolve) => {
    terminal.once('close', () => resolve(''))
  })
  try {
    const answer = await Promise.race([terminal.question(`${question} (y/N) `), closed])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
