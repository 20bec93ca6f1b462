/** `kit share`: gives the one file to the room. */
import { dirname, join } from 'node:path'
import { styleText } from 'node:util'

import { Mistake } from '../mistake'
import { commandLine, home } from '../program'
import { addresses, choose } from './addresses'
import { type Offer, offersIn } from './offers'
import { serveOffers } from './serve'

/** Where this program lies; from source, where the build puts it. */
const usualFolder = Bun.isStandaloneExecutable ? dirname(process.execPath) : join(home, 'dist')

/** Resolves with the exit code, when somebody presses Ctrl-C. */
export async function share(
  wanted: string | undefined,
  wantedPort: string,
  folder = usualFolder,
): Promise<number> {
  const port = portOf(wantedPort)
  const address = wanted === undefined ? await askForAddress() : ownAddress(wanted)
  if (address === undefined) return 1
  const own = Bun.isStandaloneExecutable ? process.execPath : undefined
  const offers = await offersOrSay(folder, own)
  if (!offers) return 1
  const onDownload = (file: string, visitor: string) => console.log(`${file} to ${visitor}`)
  const server = serveOrSay({ offers, address, port, onDownload })
  if (!server) return 1
  console.log(
    `\n${offers.map(({ target: { file, system } }) => `  ${file}  ${system}`).join('\n')}`,
  )
  console.log(`\nOpen this on each laptop: ${styleText('bold', server.url.origin)}`)
  console.log('Whoever is in this network can fetch these files. Ctrl-C stops it.\n')
  await stopSignal()
  await server.stop(true)
  console.log('\nNothing is shared any more.')
  return 0
}

async function askForAddress(): Promise<string | undefined> {
  if (process.stdin.isTTY && process.stdout.isTTY) return choose(addresses())
  throw mistake(
    `There is no terminal to ask in, so --address says where. This machine has ${inOneLine()}.`,
  )
}

function ownAddress(wanted: string): string {
  if (addresses().some(({ address }) => address === wanted)) return wanted
  throw mistake(`${wanted} is not an address of this machine. It has ${inOneLine()}.`)
}

function inOneLine(): string {
  return addresses()
    .map(({ address, name }) => `${address} (${name})`)
    .join(' and ')
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw mistake(`Expected a port from 0 to 65535, got ${text}.`)
}

async function offersOrSay(folder: string, own: string | undefined): Promise<Offer[] | undefined> {
  try {
    const offers = await offersIn(folder, own)
    if (offers.length > 0) return offers
    console.error(`There is nothing to share in ${folder}. It is made by: bun run build --all`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
  }
  return undefined
}

function serveOrSay(sharing: Parameters<typeof serveOffers>[0]) {
  try {
    return serveOffers(sharing)
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!isTaken) throw error
    console.error(
      `Port ${sharing.port} of ${sharing.address} is taken. Name another one, as in: --port ${sharing.port + 1}`,
    )
    return undefined
  }
}

function stopSignal(): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
  return promise
}

function mistake(sentence: string): Mistake {
  const [first] = addresses()
  return new Mistake(sentence, commandLine('share', '--address', first?.address ?? '127.0.0.1'))
}
