/** Brokers made of nothing but a socket: what they say is for a test to decide. */
import type { Socket } from 'bun'

export type Fake = { readonly url: string } & Disposable

/** Answers every command with `answer`, which is given its name. */
export function brokerThatAnswers(answer: (command: string) => string): Fake {
  return brokerThat({
    data(socket, data) {
      // As ioredis writes them: *2, $4, INFO, ...
      for (const command of data.toString().split(/(?=^\*\d+\r\n)/m))
        socket.write(answer(command.split('\r\n')[2]?.toUpperCase() ?? ''))
    },
  })
}

/** Sends `first`, and then `more` for as long as it is read. */
export function brokerThatNeverStops(first: string, more: string): Fake & { sent: number } {
  const fill = (socket: Socket) => {
    for (;;) {
      const written = socket.write(more)
      fake.sent += Math.max(0, written)
      if (written < more.length) return
    }
  }
  const open = (socket: Socket) => {
    socket.write(first)
    fill(socket)
  }
  const fake = Object.assign(brokerThat({ open, drain: fill, data() {} }), { sent: 0 })
  return fake
}

function brokerThat(handlers: Bun.SocketHandler): Fake {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: handlers })
  return {
    url: `redis://127.0.0.1:${listener.port}`,
    [Symbol.dispose]: () => listener.stop(true),
  }
}

/** A proxy that keeps the connections it has, and leads new ones to another port once it is told. */
export class Proxy implements Disposable {
  readonly url: string
  private readonly listener: Bun.TCPSocketListener<{ server?: Socket; early: Uint8Array[] }>

  constructor(public target: number) {
    this.listener = Bun.listen<{ server?: Socket; early: Uint8Array[] }>({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        open: (client) => void this.join(client),
        data(client, data) {
          if (client.data.server) client.data.server.write(data)
          else client.data.early.push(Uint8Array.from(data))
        },
        close: (client) => void client.data.server?.end(),
      },
    })
    this.url = `redis://127.0.0.1:${this.listener.port}`
  }

  private async join(client: Socket<{ server?: Socket; early: Uint8Array[] }>): Promise<void> {
    client.data = { early: [] }
    const server = await Bun.connect({
      hostname: '127.0.0.1',
      port: this.target,
      socket: { data: (_, data) => void client.write(data), close: () => void client.end() },
    })
    for (const data of client.data.early) server.write(data)
    client.data.server = server
  }

  [Symbol.dispose](): void {
    this.listener.stop(true)
  }
}
