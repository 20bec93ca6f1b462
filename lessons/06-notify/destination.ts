// Where a webhook goes is a visitor's choice. Not: into our network.
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

const port = Bun.env.RECEIVER_PORT ?? 8026
/** The lesson's own receiver, the only one on this machine. */
export const ownReceiver = `http://127.0.0.1:${port}/hook`

const kinds = {
  'this machine': '127.0.0.0/8 0.0.0.0/8 ::1/128 ::/128',
  'in a private network':
    '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 ' +
    '198.18.0.0/15 fc00::/7 fec0::/10',
  'on this link, where clouds keep their secrets':
    '169.254.0.0/16 fe80::/10',
  'no single machine of the internet':
    '192.0.0.0/24 224.0.0.0/4 240.0.0.0/4 ff00::/8 ' +
    '64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16',
}

const blocked = Object.entries(kinds).map(([kind, networks]) => {
  const list = new BlockList()
  for (const network of networks.split(' ')) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), familyOf(address))
  }
  return { kind, list }
})

/** Why no webhook goes to that address, if none does. */
export function refusalOf(address: string): string | undefined {
  const family = familyOf(address)
  const found = blocked.find(({ list }) => list.check(address, family))
  return found && `Refused: ${address} is ${found.kind}.`
}

/** The address behind a URL. Throws the reason for not going there. */
export async function resolve(url: URL, ask = addressesOf) {
  if (!/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new Error('We take http and https, without a password.')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.href === ownReceiver) return host
  const [first, ...more] = isIP(host) ? [host] : await ask(host)
  if (!first) throw new Error(`Nobody knows where ${host} is.`)
  // One bad address among good ones is a trick.
  for (const address of [first, ...more]) {
    const refusal = refusalOf(address)
    if (refusal) throw new Error(refusal)
  }
  return first
}

async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}

function familyOf(address: string) {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
