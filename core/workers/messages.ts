/**
 * What a pool and its workers say to each other, how it is known that nobody else has said it, and how what a task
 * throws is sent: structured clone alone would lose the name, the cause and the own properties of an error.
 */
import { env } from 'node:process'

/**
 * Calls on their way to a worker, one after another: a token, the name of the function, how many arguments there are,
 * the arguments. All in one flat array, because Bun sends an array of primitives without serializing it.
 */
export type CallMessage = unknown[]

/** What comes back, in the order of the calls. It begins with the worker's secret: tasks may post what they like. */
export type AnswerMessage = [secret: number, kind: Answer, value?: unknown]

export type Answer = (typeof answers)[keyof typeof answers]

/** `crash`: what a worker ends by. Its value and that of `threw` are packed. */
export const answers = { ready: 0, returned: 1, threw: 2, crash: 3 } as const

/** How a worker ended that nobody had asked to end. */
export type WorkerEnd = {
  readonly exitCode: number | null
  /** Of a process: the signal that ended it. */
  readonly signal?: NodeJS.Signals | number | null
  /** What was thrown where no task could catch it. */
  readonly cause?: unknown
}

/** In the environment of a worker: its secret, and BUN_OPTIONS as they were. */
const mark = 'BACKGROUND_TASKS_WORKER'

export function environmentWith(secret: number): Record<string, string> {
  return { ...(env as Record<string, string>), [mark]: `${secret} ${env['BUN_OPTIONS'] ?? ''}` }
}

/** The secret of this worker, if it is one. Whoever looks afterwards finds the environment as it was. */
export function takeSecret(): number | undefined {
  const [, secret, options] = /^(\d+) (.*)$/s.exec(env[mark] ?? '') ?? []
  if (secret === undefined) return undefined
  delete env[mark]
  if (options) env['BUN_OPTIONS'] = options
  else delete env['BUN_OPTIONS']
  return Number(secret)
}

/** What was thrown, in a form that can be cloned. */
export type Packed = { readonly value: unknown } | { readonly error: PackedError }

type PackedError = {
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly properties: [name: string, value: unknown][]
  readonly cause?: Packed
  readonly errors?: Packed[]
}

/** A chain of causes longer than this is cut; a chain that bites its tail ends here too. */
const deepestCause = 8

/** Packs anything that can be thrown. Never throws. */
export function pack(thrown: unknown, depth = 0): Packed {
  try {
    if (thrown instanceof Error) return { error: packError(thrown, depth) }
    if (isCloneable(thrown)) return { value: thrown }
  } catch {
    // A getter or a proxy has thrown: all that can be said of it is its type.
  }
  const message = `A task threw a ${typeof thrown} that cannot be sent from its worker.`
  return { error: { name: 'TypeError', message, stack: `TypeError: ${message}`, properties: [] } }
}

function packError(thrown: Error, depth: number): PackedError {
  // Strings, unless somebody has made them something else.
  const { name, message, stack, cause } = thrown as Record<keyof Error, unknown>
  const errors = thrown instanceof AggregateError ? [...(thrown.errors as unknown[])] : undefined
  return {
    name: String(name),
    message: String(message),
    stack: String(stack),
    properties: Object.entries(thrown).filter(([, value]) => isCloneable(value)),
    ...(cause !== undefined && depth < deepestCause && { cause: pack(cause, depth + 1) }),
    ...(errors && depth < deepestCause && { errors: errors.map((one) => pack(one, depth + 1)) }),
  }
}

/** Makes of what was packed the nearest thing to the original. */
export function unpack(packed: Packed): unknown {
  if ('value' in packed) return packed.value
  const { name, message, stack, properties, cause, errors } = packed.error
  const error = errors ? new AggregateError(errors.map(unpack), message) : make(name, message)
  // Defined, not assigned: the code of a DOMException cannot be, and `__proto__` would be something else.
  const define = (key: string, value: unknown, enumerable: boolean) =>
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
  for (const [key, value] of properties) define(key, value, true)
  define('stack', stack, false)
  if (cause) define('cause', unpack(cause), false)
  if (error.name !== name) define('name', name, false)
  return error
}

/** An error of the class of that name, where it is one that everybody has. */
function make(name: string, message: string): Error {
  const domException = new DOMException(message, name)
  if (domException.code > 0) return domException
  const builtIn = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]
  return new (builtIn.find((one) => one.name === name) ?? Error)(message)
}

/** The error of a call whose arguments could not be cloned. */
export function uncloneable(task: string, args: readonly unknown[], cause: unknown): TypeError {
  let index = args.findIndex((argument) => !isCloneable(argument))
  if (index < 0) index = args.findIndex((argument) => argument instanceof Blob)
  return new TypeError(
    `${index < 0 ? 'The arguments' : `Argument ${index + 1}`} of ${task} cannot be sent to a worker. Pass data: no functions, no instances of classes.`,
    { cause },
  )
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
