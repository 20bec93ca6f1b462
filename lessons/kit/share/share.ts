/** `kit share`: gives the one file to the room. */
import { dirname, join } from 'node:path'
import { parseArgs, styleText } from 'node:util'

import { home } from '../program'
import { addresses, choose, listed } from './addresses'
import { type Offer, offersIn } from './offers'
import { serveOffers } from './serve'

const usualPort = 8000
/** Where this program lies; from source, where the build puts it. */
const usualFolder = Bun.isStandaloneExecutable ? dirname(process.execPath) : join(home, 'dist')

/** Resolves with the exit code, when somebody presses Ctrl-C. */
export async function shareCommand(args: readonly string[]): Promise<number> {
  const command = Bun.isStandaloneExecutable ? process.argv0 : 'bun run kit'
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { address: { type: 'string' }, port: { type: 'string' } },
    })
    return await share(values.address, portOf(values.port))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(`${error.message}\nTry: ${command} share --address ${addresses()[0]?.address}`)
    return 2
  }
}

/** Throws a TypeError for an address that this machine does not have. */
export async function share(
  wanted: string | undefined,
  port = usualPort,
  folder = usualFolder,
): Promise<number> {
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
  throw new TypeError(
    `There is no terminal to ask in, so --address says where. This machine has\n${listed(addresses())}`,
  )
}

function ownAddress(wanted: string): string {
  if (addresses().some(({ address }) => address === wanted)) return wanted
  throw new TypeError(`${wanted} is not an address of this machine. It has\n${listed(addresses())}`)
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new TypeError(`Expected a port from 0 to 65535, got ${text}.`)
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
