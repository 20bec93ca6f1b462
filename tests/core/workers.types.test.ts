/** What the compiler says about workers. Nothing here is called: `bun check` is the test. */
import { expectTypeOf, test } from 'bun:test'

import { workers } from '../../core'

type Tasks = {
  resize: (id: string, width?: number) => Promise<Uint8Array>
  count: (...numbers: number[]) => number
  store: (record: { at: Date; tags: Map<string, Set<number>>; note?: string }) => void
  visit: (callback: () => void) => void
  watch: (options: { interval: number; onChange: (path: string) => void }) => void
  tag: (key: symbol) => void
  openPort: () => { close: () => void }
  measure: (file: Blob) => number
  share: (memory: SharedArrayBuffer) => void
  anything: (value: unknown) => unknown
  find: (id: number) => Promise<{ id: number; parts: readonly string[] } | null>
  constant: string
}

declare const url: URL

/** A test that has passed when it compiles. */
function compiles(_types: (...pools: never) => void): () => void {
  return () => {}
}

function threads() {
  return workers<Tasks>(url)
}

function processes() {
  return workers<Tasks>(url, { isolation: 'process' })
}

test(
  'a function keeps its parameters and its result, in a promise',
  compiles((pool: ReturnType<typeof threads>) => {
    void pool.resize('cat.png')
    void pool.resize('cat.png', 300)
    expectTypeOf(pool.resize).returns.toEqualTypeOf<Promise<Uint8Array>>()
    expectTypeOf(pool.count).parameters.toEqualTypeOf<number[]>()
    expectTypeOf(pool.count).returns.toEqualTypeOf<Promise<number>>()
    expectTypeOf(pool.find).returns.toEqualTypeOf<
      Promise<{ id: number; parts: readonly string[] } | null>
    >()
    void pool.store({ at: new Date(), tags: new Map([['a', new Set([1])]]) })
    void pool.anything(1)
    void pool.with({ timeout: 10 }).count(1, 2, 3)

    // @ts-expect-error -- the width is a number
    void pool.resize('cat.png', 'wide')
    // @ts-expect-error -- there is no such function
    void pool.enlarge()
    // @ts-expect-error -- a constant is not a function
    void pool.constant()
    // @ts-expect-error -- a control of the pool is not a task of with()
    void pool.with({}).close()
  }),
)

test(
  'what cannot be cloned is a compile error',
  compiles((pool: ReturnType<typeof threads>) => {
    // @ts-expect-error -- a function cannot be sent
    void pool.visit(() => {})
    // @ts-expect-error -- nor one within an object
    void pool.watch({ interval: 1, onChange: () => {} })
    // @ts-expect-error -- nor a symbol
    void pool.tag(Symbol('tag'))
    // @ts-expect-error -- nor is there a way back for one
    void pool.openPort()
  }),
)

test(
  'a Blob and shared memory go to a thread, and not to a process',
  compiles((pool: ReturnType<typeof threads>, other: ReturnType<typeof processes>) => {
    void pool.measure(new Blob([]))
    void pool.share(new SharedArrayBuffer(8))
    void other.count(1)

    // @ts-expect-error -- a process would get an empty object
    void other.measure(new Blob([]))
    // @ts-expect-error -- a process would get a copy
    void other.share(new SharedArrayBuffer(8))
  }),
)

test(
  'a module whose function has a name of the pool is a compile error',
  compiles(() => {
    // @ts-expect-error -- close() is the pool's
    workers<{ close: () => void }>(url)
    // @ts-expect-error -- what has a then() would be taken for a promise
    workers<{ then: () => void }>(url)
  }),
)
