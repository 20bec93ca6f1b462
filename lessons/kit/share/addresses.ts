/** Where a room can reach this machine: the person who shares says which of its addresses that is. */
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline/promises'

export type Address = { address: string; name: string }

/** Those of a network first, then the one that only this machine sees. */
export function addresses(): Address[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, some = []]) =>
    some
      .filter(({ family }) => family === 'IPv4')
      .map(({ address, internal }) => ({ address, name, internal })),
  )
  return all
    .toSorted((a, b) => Number(a.internal) - Number(b.internal))
    .map(({ address, name, internal }) => ({
      address,
      name: internal ? `${name}, this machine only` : name,
    }))
}

/** Asks in the terminal until the answer is one of them. Resolves with undefined if there is none any more. */
export async function choose(choices: readonly Address[]): Promise<string | undefined> {
  console.log(`Where can the room reach this machine?\n${listed(choices)}`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    for (;;) {
      const answer = (await terminal.question('Number: ')).trim()
      const chosen =
        choices[Number(answer) - 1] ?? choices.find(({ address }) => address === answer)
      if (chosen) return chosen.address
      console.log(`Type a number from 1 to ${choices.length}.`)
    }
  } catch {
    // Ctrl-C or Ctrl-D in place of an answer.
    return undefined
  } finally {
    terminal.close()
  }
}

function listed(choices: readonly Address[]): string {
  return choices
    .map(({ address, name }, index) => `  ${index + 1}  ${address.padEnd(15)}  ${name}`)
    .join('\n')
}
