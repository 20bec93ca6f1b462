/**
 * What a queue can carry. A job is read by another process, perhaps tomorrow, so its arguments travel as JSON, and
 * what JSON would change is refused: by the compiler where it can see it, and by name and path where the job is made.
 */
import type { Json } from './engine'

/** What the compiler puts in the place of a type that JSON cannot carry, so that its message says what to do. */
export interface NotJson<What extends string> {
  readonly 'a queue carries JSON, not': What
}

/** `Value` if JSON carries it unchanged; where it does not, the part that is in the way is a NotJson. */
export type AsJson<Value> = 0 extends 1 & Value
  ? Value
  : unknown extends Value
    ? NotJson<'unknown: say what it is'>
    : Value extends string | number | boolean | null
      ? Value
      : Value extends undefined
        ? NotJson<'undefined: leave it out, or send null'>
        : Value extends bigint
          ? NotJson<'a bigint: send a string'>
          : Value extends symbol
            ? NotJson<'a symbol'>
            : Value extends Date
              ? NotJson<'a Date: send toISOString()'>
              : Value extends Callable
                ? NotJson<'a function or a class'>
                : Value extends Exotic
                  ? NotJson<'an object with contents of its own: send an array or a plain object'>
                  : { [Key in keyof Value]: AsJson<Value[Key]> }

type Callable = ((...args: never) => unknown) | (abstract new (...args: never) => unknown)

type Exotic =
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<WeakKey, unknown>
  | WeakSet<WeakKey>
  | PromiseLike<unknown>
  | ArrayBufferLike
  | ArrayBufferView
  | Blob
  | Error
  | RegExp

/** Throws a TypeError with the path of the first argument, or part of one, that JSON would change. */
export function requireJson(name: string, args: unknown[]): asserts args is Json[] {
  for (const [index, value] of args.entries()) requirePart(value, name, [index], [args])
}

/** The keys that lead to it are put together only where something is wrong. */
function requirePart(
  value: unknown,
  name: string,
  keys: (string | number)[],
  parents: object[],
): void {
  const problem = problemOf(value)
  if (problem) throw new TypeError(`${pathTo(name, keys)} is ${problem}.`)
  if (typeof value !== 'object' || value === null) return
  if (parents.includes(value))
    throw new TypeError(`${pathTo(name, keys)} contains itself. Send the part that is needed.`)
  parents.push(value)
  // Not Object.keys for an array, which would skip a hole.
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    keys.push(key)
    requirePart(Reflect.get(value, key), name, keys, parents)
    keys.pop()
  }
  parents.pop()
}

/** As it would be written: `sendWelcomeEmail(args[0].createdAt)`. */
function pathTo(name: string, keys: (string | number)[]): string {
  const isPlain = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u
  const steps = keys.map((key) =>
    isPlain.test(String(key)) ? `.${key}` : `[${JSON.stringify(key)}]`,
  )
  return `${name}(args${steps.join('')})`
}

const problems: Partial<Record<string, string>> = {
  undefined: 'undefined, which JSON drops or turns into null. Leave it out, or send null',
  bigint: 'a bigint, which JSON refuses. Send String(it)',
  symbol: 'a symbol, which JSON drops. Send a string',
  function:
    'a function, which another process cannot call. Send the name of what to do, or its data',
}

/** What is wrong with a value itself, its parts aside, and what to do about it. */
function problemOf(value: unknown): string | undefined {
  if (Object.is(value, -0)) return '-0, which JSON turns into 0. Send 0'
  if (typeof value === 'number' && !Number.isFinite(value))
    return `${value}, which JSON cannot say. Send null or a string`
  if (typeof value === 'object' && value !== null) return problemOfObject(value)
  return problems[typeof value]
}

function problemOfObject(value: object): string | undefined {
  if (value instanceof Date) return 'a Date, which JSON turns into a string. Send toISOString()'
  const prototype: unknown = Object.getPrototypeOf(value)
  const isArray = Array.isArray(value)
  const isPlain = isArray
    ? prototype === Array.prototype
    : prototype === Object.prototype || prototype === null
  if (!isPlain) {
    const className = value.constructor?.name || 'class'
    return `an instance of ${className}, which JSON strips of its class. Send its data as a plain object or array`
  }
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol')
      return 'an object with a symbol for a key, which JSON drops. Use a string'
    if (isArray ? key !== 'length' && !isIndex(key, value) : !isEnumerable(value, key))
      return `${isArray ? 'an array' : 'an object'} with a property that JSON drops: ${key}. Send a plain object`
  }
  // Where it is enumerable and its own, it is refused as the part that it is.
  if (typeof Reflect.get(value, 'toJSON') === 'function' && !isEnumerable(value, 'toJSON'))
    return 'an object with a toJSON, which JSON calls. Send what it returns'
  return undefined
}

function isEnumerable(value: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(value, key)
}

function isIndex(key: string, { length }: readonly unknown[]): boolean {
  return String(Number(key)) === key && Number(key) < length && Number.isInteger(Number(key))
}

/** What a value looks like when it has been JSON. */
export type FromJson<Value> = 0 extends 1 & Value
  ? Value
  : Value extends { toJSON(): infer Written }
    ? Written
    : Value extends string | number | boolean | null
      ? Value
      : Value extends undefined | symbol | bigint | Callable
        ? undefined
        : { [Key in keyof Value]: FromJson<Value[Key]> }

/** `value` as JSON brings it back; undefined where JSON.stringify gives nothing. Throws where it throws. */
export function asJson(value: unknown): Json | undefined {
  if (value === undefined) return undefined
  const text: string | undefined = JSON.stringify(value)
  return text === undefined ? undefined : (JSON.parse(text) as Json)
}
