/**
 * Asks a broker whether it lets us in. Bun's client greets it in the same words, but when it is turned away it only
 * says that the connection was closed, and has failed for ever.
 */
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

import { BackgroundError } from '../errors'

/** How long a broker may take to answer, in milliseconds. */
const answerTime = 5_000

/** The broker answered, and the answer was no. */
export class LoginRefusedError extends BackgroundError {
  override name = 'LoginRefusedError'

  constructor(
    /** As the broker said it: WRONGPASS, NOAUTH, too many clients. */
    readonly reason: string,
  ) {
    super(`The broker refuses the connection: ${reason}`)
  }
}

/** Resolves if it does, and where it cannot be asked. Rejects with a LoginRefusedError, or with what went wrong. */
export async function askLogin(url: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const target = targetOf(url)
  if (!target) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = open(target, resolve)
  const stop = () => socket.destroy(new Error('The connection was closed.'))
  signal.addEventListener('abort', stop)
  let answer = ''
  socket.setEncoding('latin1').setTimeout(answerTime)
  socket.on('timeout', () => reject(new Error(`The broker was silent for ${answerTime} ms.`)))
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('The broker closed the connection.')))
  socket.on('data', (chunk) => {
    answer += String(chunk)
    const [line, rest] = answer.split('\r\n', 2)
    if (rest === undefined || line === undefined) return
    if (line.startsWith('-')) reject(new LoginRefusedError(line.slice(1)))
    else resolve()
  })
  try {
    await promise
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

type Target = { host: string; port: number; isSecure: boolean; greeting: string }

/** A socket that greets. */
function open({ host, port, isSecure, greeting }: Target, unknown: () => void): Socket {
  if (!isSecure) {
    const socket = connect({ host, port })
    return socket.once('connect', () => socket.write(greeting))
  }
  let isReached = false
  const socket = connectSecurely({ host, port, ...(!isIP(host) && { servername: host }) })
  socket.once('connect', () => (isReached = true))
  socket.once('secureConnect', () => socket.write(greeting))
  // Whether a certificate will do is for the client to say.
  return socket.once('error', () => isReached && unknown())
}

/** Undefined for what only the client can reach: a socket in a file, or an address that is none. */
function targetOf(url: string): Target | undefined {
  const parsed = URL.parse(url)
  const isSecure = parsed?.protocol === 'rediss:' || parsed?.protocol === 'valkeys:'
  if (!parsed?.hostname || !(isSecure || /^(redis|valkey):$/.test(parsed.protocol)))
    return undefined
  const { hostname, port, username, password } = parsed
  const [user, secret] = [decoded(username), decoded(password)]
  if (user === undefined || secret === undefined) return undefined
  const login = secret ? ['AUTH', user || 'default', secret] : []
  return {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port) || 6379,
    isSecure,
    greeting: command('HELLO', '3', ...login),
  }
}

/** Undefined where a percent sign is only that. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function command(...words: string[]): string {
  const written = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${written.join('')}`
}
