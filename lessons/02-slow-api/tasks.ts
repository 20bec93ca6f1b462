import * as store from './store'

const port = Bun.env.SLOW_PORT ?? 8123
const url = Bun.env.SLOW_URL ?? `http://127.0.0.1:${port}/slow`
// The service needs 3 s. A client that gives up before that never
// gets an answer: we wait 10 s, and say so.
const timeout = Number(Bun.env.SLOW_TIMEOUT ?? 10_000)
const firstPause = Number(Bun.env.SLOW_PAUSE ?? 1000)
const attempts = 3

export async function callSlowService(id: number, requestTime: number) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask(requestTime)
      store.finish(id, answer.response_time)
      console.log(`No. ${id}: answered at ${answer.response_time}`)
      return
    } catch (error) {
      const reason = inWords(error)
      if (attempt === attempts) {
        store.fail(id, `${reason} We tried ${attempts} times.`)
        throw new Error(reason, { cause: error })
      }
      // Twice as long each time: a service in trouble needs a rest.
      const pause = firstPause * 2 ** (attempt - 1)
      store.wait(id, `${reason} We try again in ${pause} ms.`)
      await Bun.sleep(pause)
    }
  }
}

type Answer = { request_time: number; response_time: number }

async function ask(requestTime: number): Promise<Answer> {
  const response = await fetch(`${url}?ts=${requestTime}`, {
    method: 'POST',
    signal: AbortSignal.timeout(timeout),
  })
  const text = await response.text()
  if (!response.ok)
    throw new Error(`The service answered ${response.status}.`)
  const answer: unknown = JSON.parse(text)
  if (isAnswer(answer)) return answer
  throw new Error('The service answered JSON, but not two times.')
}

function isAnswer(value: unknown): value is Answer {
  const answer = value as Partial<Answer> | null
  return (
    Number.isInteger(answer?.request_time) &&
    Number.isInteger(answer?.response_time)
  )
}

/** What went wrong, for people. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof SyntaxError)
    return 'The service answered something that is not JSON.'
  if (error.name === 'TimeoutError')
    return `The service took longer than ${timeout} ms.`
  if ('code' in error && error.code === 'ECONNREFUSED')
    return `The service is not running: nobody answers at ${url}.`
  return error.message
}
