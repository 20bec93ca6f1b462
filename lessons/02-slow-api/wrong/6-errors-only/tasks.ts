import * as store from './store'

const port = Bun.env.SLOW_PORT ?? 8123
const patience = Number(Bun.env.SLOW_TIMEOUT ?? 5_000)

function ask(asked: number) {
  return fetch(`http://127.0.0.1:${port}/slow?ts=${asked}`, {
    method: 'POST',
    signal: AbortSignal.timeout(patience),
  })
}

export async function callSlowService(id: number, asked: number) {
  const response = await ask(asked)
  if (!response.ok) {
    const reason = `The service answered ${response.status}.`
    store.fail(id, reason)
    throw new Error(reason)
  }
  const answer = await response.json()
  store.finish(id, answer.response_time)
}
