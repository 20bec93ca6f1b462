import { resolve } from './destination'
import { find } from './mailings'
import { sign } from './signature'
import { sentenceOf } from './words'

const firstPause = Number(Bun.env.WEBHOOK_PAUSE ?? 1000)
const patience = Number(Bun.env.WEBHOOK_TIMEOUT ?? 5000)
const attempts = 6 // after 0, 1, 3, 7, 15 and 31 s

/** The task: waits for the end of a mailing, and says so, once. */
export async function tell(href: string, mailingId: string) {
  const mailing = find(mailingId)
  if (!mailing) return
  await mailing.over.promise
  // One id for all attempts: the receiver counts it once.
  const id = `msg_${crypto.randomUUID()}`
  const { state, sent, refused, left } = mailing.changes.now
  const body = JSON.stringify({
    type: `mailing.${state}`,
    timestamp: new Date().toISOString(),
    data: { id: mailingId, sent, refused, left },
    words: sentenceOf(mailing),
  })
  for (let attempt = 1; ; attempt++) {
    const problem = await problemWith(href, id, body)
    if (problem === undefined) return
    if (attempt === attempts) throw new Error(`${href}: ${problem}`)
    // Twice as long each time, and never all of us at once.
    const jitter = 0.75 + Math.random() / 2
    const pause = firstPause * 2 ** (attempt - 1) * jitter
    const again = `Again in ${Math.round(pause)} ms.`
    console.log(`webhook, attempt ${attempt}: ${problem} ${again}`)
    await Bun.sleep(pause)
  }
}

async function problemWith(href: string, id: string, body: string) {
  try {
    const response = await send(new URL(href), id, body)
    // 409: it has it from an attempt whose answer was lost.
    if (response.ok || response.status === 409) return undefined
    return `It answered ${response.status}.`
  } catch (error) {
    const { code, message } = error as {
      code?: string
      message: string
    }
    return code === 'ECONNREFUSED' ? 'Nobody answers.' : message
  }
}

/** A name may lead elsewhere a moment later: it is looked up once. */
async function send(url: URL, id: string, body: string) {
  const address = await resolve(url)
  const there = new URL(url)
  there.hostname = address.includes(':') ? `[${address}]` : address
  const response = await fetch(there, {
    method: 'POST',
    headers: {
      host: url.host,
      'content-type': 'application/json',
      ...sign(id, body),
    },
    body,
    redirect: 'manual', // it may lead into our network
    signal: AbortSignal.timeout(patience),
    tls: { serverName: url.hostname },
  })
  await response.body?.cancel() // what it says is of no interest
  return response
}
