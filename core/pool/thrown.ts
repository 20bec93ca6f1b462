/**
 * What a task throws, on its way from a worker: structured clone alone would lose the name, the cause and the own
 * properties of an error, and refuse an error that holds a function.
 */

/** An error in a form that can be cloned. */
export type PackedError = {
  readonly error: {
    readonly name: string
    readonly message: string
    readonly stack: string | undefined
    readonly properties: Record<string, unknown>
    readonly cause?: Packed
    readonly errors?: Packed[]
  }
}

export type Packed = PackedError | { readonly value: unknown }

/** A chain of causes longer than this is cut; a chain that bites its tail ends here too. */
const deepestCause = 8

/** Packs anything that can be thrown. Never throws. */
export function pack(thrown: unknown, depth = 0): Packed {
  try {
    if (thrown instanceof Error) return packError(thrown, depth)
    if (isCloneable(thrown)) return { value: thrown }
  } catch {
    // A getter or a proxy that throws: all that can be said of it is its type.
  }
  const message = `A task threw a ${typeof thrown} that cannot be sent from its worker.`
  return {
    error: { name: 'TypeError', message, stack: `TypeError: ${message}`, properties: {} },
  }
}

/** Makes of a packed error the nearest thing to the original. */
export function unpack(packed: Packed): unknown {
  if ('value' in packed) return packed.value
  const { name, message, stack, properties, cause, errors } = packed.error
  const error = make(name, message, errors)
  hide(error, 'stack', stack)
  if (cause) hide(error, 'cause', unpack(cause))
  if (error.name !== name) hide(error, 'name', name)
  return Object.assign(error, properties)
}

function packError(thrown: Error, depth: number): PackedError {
  const packed = {
    name: text(thrown.name),
    message: text(thrown.message),
    stack: thrown.stack === undefined ? undefined : text(thrown.stack),
    properties: cloneableProperties(thrown),
  }
  if (depth === deepestCause) return { error: packed }
  return {
    error: {
      ...packed,
      ...('cause' in thrown && { cause: pack(thrown.cause, depth + 1) }),
      ...(thrown instanceof AggregateError && {
        errors: Array.from(thrown.errors, (error) => pack(error, depth + 1)),
      }),
    },
  }
}

/** A value on one short line, for a message. */
export function brief(value: unknown): string {
  const line = Bun.inspect(value, { depth: 1, compact: true }).replaceAll(/\s+/g, ' ')
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line
}

const longestLine = 100

/** These are strings, unless somebody has made them something else. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : Bun.inspect(value)
}

const packedOtherwise = new Set(['name', 'message', 'stack', 'cause', 'errors'])

function cloneableProperties(error: Error): Record<string, unknown> {
  const properties: Record<string, unknown> = {}
  // A DOMException keeps everything on its prototype, read-only.
  if (error instanceof DOMException) return properties
  for (const key of Object.keys(error)) {
    if (packedOtherwise.has(key)) continue
    try {
      const value: unknown = Reflect.get(error, key)
      if (isCloneable(value)) properties[key] = value
    } catch {
      // A getter that throws: the rest of the error is worth more than this.
    }
  }
  return properties
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

const builtIn: Record<string, new (message: string) => Error> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** An error of the class of that name, where it is one that everybody has. */
function make(name: string, message: string, errors: Packed[] | undefined): Error {
  if (errors) return new AggregateError(errors.map(unpack), message)
  const domException = new DOMException(message, name)
  if (domException.code > 0) return domException
  return Object.hasOwn(builtIn, name) ? new builtIn[name]!(message) : new Error(message)
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true })
}
