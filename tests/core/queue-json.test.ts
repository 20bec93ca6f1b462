import { describe, expect, test } from 'bun:test'

import { anything, assert, jsonValue, pre, property } from 'fast-check'

import { queue } from '../../core/queue'
import { asJson, requireJson } from '../../core/queue/json'

class Account {
  balance = 1
}

class Numbers extends Array<number> {}

function refusal(value: unknown): string {
  try {
    requireJson('send', [value])
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return String(error)
  }
  return 'taken'
}

describe('The arguments of a job', () => {
  test.each<[string, unknown, string]>([
    [
      'a Date',
      new Date(0),
      'send(args[0]) is a Date, which JSON turns into a string. Send toISOString().',
    ],
    ['undefined', undefined, 'send(args[0]) is undefined'],
    ['NaN', Number.NaN, 'send(args[0]) is NaN'],
    ['Infinity', -Infinity, 'send(args[0]) is -Infinity'],
    ['a Map', new Map(), 'send(args[0]) is an instance of Map'],
    ['a Set', new Set(), 'send(args[0]) is an instance of Set'],
    ['a bigint', 1n, 'send(args[0]) is a bigint'],
    ['a symbol', Symbol('s'), 'send(args[0]) is a symbol'],
    ['a class', Account, 'send(args[0]) is a function'],
    ['an instance', new Account(), 'send(args[0]) is an instance of Account'],
    ['a function', () => 1, 'send(args[0]) is a function'],
    ['a regular expression', /a/, 'send(args[0]) is an instance of RegExp'],
    ['bytes', new Uint8Array(2), 'send(args[0]) is an instance of Uint8Array'],
    ['an Error', new Error('no'), 'send(args[0]) is an instance of Error'],
    ['a boxed number', Object(1), 'send(args[0]) is an instance of Number'],
    ['a promise', Promise.resolve(), 'send(args[0]) is an instance of Promise'],
    ['a hole', JSON.parse('[1]').concat(Array(1)), 'send(args[0][1]) is undefined'],
    ['a part of an object', { user: { at: new Date(0) } }, 'send(args[0].user.at) is a Date'],
    ['an item of an array', [0, [1, Number.NaN]], 'send(args[0][1][1]) is NaN'],
    ['an odd key', { 'a b': 1n }, 'send(args[0]["a b"]) is a bigint'],
    ['a symbol for a key', { [Symbol('s')]: 1 }, 'send(args[0]) is an object with a symbol'],
    ['minus zero', [-0], 'send(args[0][0]) is -0, which JSON turns into 0. Send 0.'],
    ['a subclass of Array', new Numbers(1, 2), 'send(args[0]) is an instance of Numbers'],
    ['an array with a property', Object.assign([1], { sum: 1 }), 'send(args[0]) is an array with'],
    ['the result of a match', /a/.exec('a'), 'a property that JSON drops: index. Send'],
    ['a hidden property', Object.defineProperty({}, 'id', { value: 1 }), 'JSON drops: id. Send'],
    [
      'a hidden toJSON',
      [Object.defineProperty({}, 'toJSON', { value: () => 1 })],
      'send(args[0][0]) is an object with a property that JSON drops: toJSON',
    ],
    ['its own toJSON', { toJSON: () => 1 }, 'send(args[0].toJSON) is a function'],
  ])('are refused by path and reason where JSON would change them: %s', (_, value, message) => {
    expect(refusal(value)).toContain(message)
  })

  test('are refused when they contain themselves', () => {
    const loop: { self?: unknown } = {}
    loop.self = { loop }
    expect(refusal(loop)).toContain('send(args[0].self.loop) contains itself')
  })

  test('are refused where what they inherit has a toJSON', () => {
    // oxlint-disable-next-line no-extend-native -- as some old libraries do
    Object.defineProperty(Object.prototype, 'toJSON', { value: () => 1, configurable: true })
    try {
      expect(refusal({ user: [] })).toContain('send(args[0]) is an object with a toJSON')
      expect(refusal([{}])).toContain('send(args[0]) is an object with a toJSON')
    } finally {
      Reflect.deleteProperty(Object.prototype, 'toJSON')
    }
  })

  test('may contain the same part twice', () => {
    const part = { a: 1 }
    expect(refusal([part, part])).toBe('taken')
  })

  test('are what JSON brings back, if they are taken', () => {
    assert(
      property(anything({ withNullPrototype: true, withDate: true, withMap: true }), (value) => {
        pre(refusal(value) === 'taken')
        const stored: unknown = asJson(value)
        expect(stored).toEqual(value)
      }),
      { numRuns: 2_000 },
    )
  })

  test('are all taken, if they are JSON', () => {
    // The arbitrary may make a -0, which is not.
    const values = jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)))
    assert(property(values, (value) => refusal(value) === 'taken'))
  })

  test('are refused before anything is stored or opened', async () => {
    // A broker that nobody could reach.
    await using jobs = queue<{ send(at: unknown): void }>('json', { url: 'redis://127.0.0.1:1' })
    const loose = jobs.with({}) as unknown as { send(at: Date): Promise<unknown> }
    const error = await loose.send(new Date(0)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    // Half a surrogate pair, which no URL can say.
    expect(() => jobs.with({ key: 'a\ud800' })).toThrow(TypeError)
    expect(() => jobs.with({ key: 'a\ud800' })).toThrow('key must be a string')
  })
})

/** Never called: the compiler is what is tested. */
export async function whatTheCompilerSays(): Promise<void> {
  interface User {
    name: string
    age?: number
    tags: readonly string[]
  }
  const tasks = {
    plain: (_text: string, _count: number, _user: User, _optional?: boolean) => 1,
    tree: (_tree: Tree) => {},
    date: (_at: Date) => {},
    deepDate: (_user: { born: Date }) => {},
    either: (_at: string | Date) => {},
    map: (_map: Map<string, string>) => {},
    bigint: (_big: bigint) => {},
    callback: (_done: () => void) => {},
    account: (_account: { deposit(): void }) => {},
    unknown: (_value: unknown) => {},
    bytes: (_bytes: Uint8Array) => {},
    returnsDate: () => new Date(),
    notAFunction: 3,
  }
  type Tree = { children: Tree[] }
  const jobs = queue<typeof tasks>('types')

  await jobs.plain('a', 1, { name: 'Ada', tags: [] })
  await jobs.plain('a', 1, { name: 'Ada', age: 36, tags: ['x'] }, true)
  await jobs.tree({ children: [{ children: [] }] })
  await jobs.either('2026-01-01')
  const job = await jobs.with({ key: 'k', delay: 1 }).plain('a', 1, { name: 'Ada', tags: [] })
  const result: number | undefined = job.result
  const when: string = await (await jobs.returnsDate()).finished()
  void [result, when]

  // @ts-expect-error a parameter has the wrong type
  await jobs.plain(1, 1, { name: 'Ada', tags: [] })
  // @ts-expect-error a Date becomes a string
  await jobs.date(new Date())
  // @ts-expect-error a Date within an object becomes a string
  await jobs.deepDate({ born: new Date() })
  // @ts-expect-error of a union, the part that is not JSON is refused
  await jobs.either(new Date())
  // @ts-expect-error a Map becomes {}
  await jobs.map(new Map())
  // @ts-expect-error a bigint makes JSON throw
  await jobs.bigint(1n)
  // @ts-expect-error a function is dropped
  await jobs.callback(() => {})
  // @ts-expect-error an object with methods is a class in all but name
  await jobs.account({ deposit() {} })
  // @ts-expect-error unknown may be anything
  await jobs.unknown('text')
  // @ts-expect-error bytes become an object of numbers
  await jobs.bytes(new Uint8Array())
  // @ts-expect-error undefined is dropped
  await jobs.plain('a', undefined, { name: 'Ada', tags: [] })
  // @ts-expect-error what is not a function is not there
  void jobs.notAFunction
  // @ts-expect-error with() has the functions only
  void jobs.with({}).close
  // @ts-expect-error a function of this name is in the way of the queue's own
  queue<{ close(): void }>('clash')
  // @ts-expect-error a function called then would make a promise of the queue
  queue<{ then(): void }>('clash')
}
