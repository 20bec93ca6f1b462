import { noop } from './tasks'

globalThis.addEventListener('message', (event: Event) => {
  const { id, payload } = (event as MessageEvent<{ id: number; payload: string }>).data
  noop(payload)
  postMessage(id)
})
postMessage(-1)
