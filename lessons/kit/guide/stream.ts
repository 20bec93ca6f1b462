/** Server-sent events: what a page is told while it is open. */

export type Message = { event?: string; id?: string; data: string }

/** Milliseconds. A connection on which nothing is said for longer may be taken for dead. */
const breath = 5_000

/** Milliseconds. What comes in such a short time goes out together. */
const gathering = 40

/** Chunks that a reader may be behind. One that is further back is cut off, and comes back with its last id. */
const mostBehind = 500

/**
 * An answer that goes on until `signal` aborts, the reader leaves, or is too slow. `feed` is given what sends, and a
 * signal that says when to stop.
 */
export function eventStream(
  signal: AbortSignal,
  feed: (send: (message: Message) => void, signal: AbortSignal) => void,
): Response {
  const ending = new AbortController()
  const end = AbortSignal.any([signal, ending.signal])
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if (end.aborted) return
        if ((controller.desiredSize ?? 0) < -mostBehind) return ending.abort()
        controller.enqueue(encoder.encode(text))
      }
      const breathing = setInterval(write, breath, ': still here\n\n')
      end.addEventListener('abort', () => {
        clearInterval(breathing)
        try {
          controller.close()
        } catch {
          // Closed already, by a reader who left.
        }
      })
      feed((message) => write(textOf(message)), end)
    },
    cancel: () => ending.abort(),
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  })
}

/** Items in arrays of up to `most`: together what comes within a moment. */
export async function* inBatches<Item>(
  items: AsyncIterable<Item>,
  most = 500,
): AsyncGenerator<[Item, ...Item[]], void, void> {
  const iterator = items[Symbol.asyncIterator]()
  let next = iterator.next()
  for (;;) {
    const first = await next
    if (first.done) return
    const batch: [Item, ...Item[]] = [first.value]
    next = iterator.next()
    const isOver = Bun.sleep(gathering)
    while (batch.length < most) {
      const more = await Promise.race([next, isOver])
      if (!more || more.done) break
      batch.push(more.value)
      next = iterator.next()
    }
    yield batch
  }
}

function textOf({ event, id, data }: Message): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`)
  if (id !== undefined) lines.unshift(`id: ${id}`)
  if (event !== undefined) lines.unshift(`event: ${event}`)
  return `${lines.join('\n')}\n\n`
}
