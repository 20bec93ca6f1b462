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
  // 1. Ask.
  const response = await ask(asked)
  // 2. It has answered: the row is done.
  const answer = await response.json()
  store.finish(id, answer.response_time)
  // 3. TODO 1: it has answered with an error (a status like 500):
  //    the row is failed, and says what went wrong.
  // 4. TODO 2: it has not answered at all: the row is failed, too.
  // 5. TODO 3: the app has to know of both: the task has failed.
}
