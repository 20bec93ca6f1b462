/**
 * Asks a server on 2,000 connections, four times on each, and a neighbour beside them:
 * `flood-client.ts <port> <connections> <times>`.
 */
import { argv } from 'node:process'

const [port, connections = 2_000, times = 4] = argv.slice(2).map(Number)
const statuses: Record<string, number> = {}
let neighbour = 0
const left = { connections }

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`

async function ask(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let asked = 1
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: Number(port),
    socket: {
      data(connection, data) {
        const status = /^HTTP\/1.1 (\d+)/.exec(data.toString('latin1'))?.[1]
        if (!status) return
        statuses[status] = (statuses[status] ?? 0) + 1
        if (asked++ < times) connection.write(request('/'))
        else resolve()
      },
      close: () => reject(new Error('The server hung up.')),
      error: (_, error) => reject(error),
    },
  })
  socket.write(request('/'))
  await promise
  left.connections--
}

async function askBeside(): Promise<void> {
  while (left.connections > 0) {
    const response = await fetch(`http://127.0.0.1:${port}/neighbour`)
    if ((await response.text()) === 'ok') neighbour++
  }
}

await Promise.all([askBeside(), ...Array.from({ length: connections }, ask)])
console.log(JSON.stringify({ statuses, neighbour }))
process.exit()
