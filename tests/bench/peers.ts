/** Who answers with a no-op task attached, and how each is started. */
import { bun, here, node, pythonWith } from './machine'
import { Server } from './server'

const ours = 'this library'
const bare = 'Elysia, no hook'
const again = 'Elysia, no hook, again'
const hook = 'Elysia, empty onAfterResponse'
const oursAsync = 'this library, an async task'
const peer = 'elysia-background, an async task'
export const names = { ours, oursAsync, peer, bare, again, hook } as const

const elysia = (shape: string) => [bun, here('subjects/elysia.ts'), shape]

/** The close ones, which take part in every round. */
export const close: Readonly<Record<string, readonly string[]>> = {
  [ours]: elysia('ours'),
  [bare]: elysia('bare'),
  [again]: elysia('bare'),
  [hook]: elysia('hook'),
  [oursAsync]: elysia('ours-async'),
  [peer]: elysia('elysia-background'),
  'Hono on Bun': [bun, here('subjects/hono.ts')],
}

/** Those that are times away, and what each needs. */
const distant: Readonly<Record<string, { command: readonly string[] } | { lacks: string }>> = {
  Fastify: onNode('fastify'),
  Express: onNode('express'),
  Starlette: onPython('starlette', 'starlette'),
  FastAPI: onPython('fastapi', 'fastapi'),
  FastHTML: onPython('fasthtml', 'fasthtml'),
}

export type Peers = {
  readonly servers: ReadonlyMap<string, Server>
  readonly seldom: ReadonlySet<string>
  readonly leftOut: readonly string[]
}

export const seldom: ReadonlySet<string> = new Set(Object.keys(distant))

/** Starts all that can be started here, adds them to `stack`, and says who is missing. */
export async function startPeers(stack: AsyncDisposableStack): Promise<Peers> {
  const leftOut: string[] = []
  const commands = { ...close }
  for (const [name, one] of Object.entries(distant))
    if ('command' in one) commands[name] = one.command
    else leftOut.push(`${name}: ${one.lacks}`)
  return { servers: await startAll(commands, stack), seldom, leftOut }
}

export async function startAll(
  commands: Readonly<Record<string, readonly string[]>>,
  stack: AsyncDisposableStack,
  options: { pin?: boolean } = {},
): Promise<Map<string, Server>> {
  const servers = new Map<string, Server>()
  for (const [name, command] of Object.entries(commands))
    servers.set(name, stack.use(await Server.start(command, options)))
  return servers
}

function onNode(program: string) {
  if (!node) return { lacks: 'node is not installed' }
  return { command: [node, here(`subjects/${program}.mjs`)] }
}

function onPython(shape: string, module: string) {
  const python = pythonWith(`uvicorn, ${module}`)
  if (!python) return { lacks: `no python3 with ${module} and uvicorn` }
  return { command: [python, here('subjects/python_server.py'), shape] }
}
