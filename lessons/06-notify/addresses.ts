export const mostAddresses = 2_000
export const mostBytes = 600_000

const shape = /^[^\s@<>()[\],;:\\"]+@[a-z\d-]+(\.[a-z\d-]+)+$/i

export type Read = { addresses: string[]; problems: string[] }

/** One address a line. One that is there twice gets one mail. */
export function readAddresses(text: string): Read {
  const addresses = new Map<string, string>()
  const problems: string[] = []
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const address = line.trim()
    if (address === '') continue
    if (shape.test(address) && address.length <= 254)
      addresses.set(address.toLowerCase(), address)
    else
      problems.push(`Line ${index + 1} is no address: ${cut(address)}`)
  }
  const { size } = addresses
  if (size === 0 && problems.length === 0)
    problems.push('There is no address.')
  if (size > mostAddresses)
    problems.push(`${size} addresses: we take up to ${mostAddresses}.`)
  return { addresses: [...addresses.values()], problems }
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)} …` : text
}

/** So that nobody has to type: each ninth is refused. */
export function someAddresses(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const host = index % 9 === 4 ? 'bounce.test' : 'example.org'
    return `visitor-${index + 1}@${host}`
  }).join('\n')
}
