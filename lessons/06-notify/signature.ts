// Standard Webhooks: who knows the secret can tell that it is from us.
import { createHmac, timingSafeEqual } from 'node:crypto'

// In real life each receiver has one of its own, from the environment.
const secret =
  Bun.env.WEBHOOK_SECRET ?? 'whsec_bm90IGEgc2VjcmV0IGF0IGFsbA=='
const mostSeconds = 5 * 60

/** The headers that go with a body. */
export function sign(id: string, body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signatureOf(id, timestamp, body)}`,
  }
}

/** Why a message is not taken; undefined for a good one. */
export function problemOf(headers: Headers, body: string) {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const given = headers.get('webhook-signature') ?? ''
  const right = signatureOf(id, timestamp, body)
  // There may be several, for a secret that is being replaced.
  const isOurs = given
    .split(' ')
    .some((one) => one.startsWith('v1,') && isSame(one.slice(3), right))
  if (id === '' || !isOurs) return 'Its signature is not ours.'
  const age = Date.now() / 1000 - Number(timestamp)
  return Math.abs(age) <= mostSeconds ? undefined : 'It is too old.'
}

function signatureOf(id: string, timestamp: string, body: string) {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const text = `${id}.${timestamp}.${body}`
  return createHmac('sha256', key).update(text).digest('base64')
}

/** Takes as long for the first wrong letter as for the last. */
function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
