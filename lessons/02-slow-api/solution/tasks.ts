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
  try {
    const response = await ask(asked)
    if (!response.ok)
      throw new Error(`The service answered ${response.status}.`)
    const answer = await response.json()
    store.finish(id, answer.response_time)
  } catch (error) {
    store.fail(id, String(error))
    throw error
  }
}
