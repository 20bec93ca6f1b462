/** Which types survive the way to a worker and back: those that the structured clone algorithm keeps as they are. */

export type Isolation = 'thread' | 'process'

type Primitive = string | number | bigint | boolean | null | undefined | void

type KeptObject = Date | RegExp | Error | ArrayBuffer | ArrayBufferView | DOMException | CryptoKey

/** Between threads memory is shared and a Blob keeps its bytes; between processes neither can be. */
type KeptByThreads = Blob | SharedArrayBuffer

type Kept = { thread: Primitive | KeptObject | KeptByThreads; process: Primitive | KeptObject }

type Callable = ((...args: never) => unknown) | (abstract new (...args: never) => unknown)

/** `Type` itself where it can be cloned, and `never` at every place where it cannot. */
export type Cloneable<Type, Where extends Isolation> = 0 extends Type & 1
  ? Type
  : Type extends Kept[Where]
    ? Type
    : Type extends symbol | Callable | KeptByThreads
      ? never
      : Type extends ReadonlyMap<infer Key, infer Value>
        ? Whole<Type, [Key, Value], Where>
        : Type extends ReadonlySet<infer Member>
          ? Whole<Type, [Member], Where>
          : Type extends object
            ? { [Key in keyof Type]: Cloneable<Type[Key], Where> }
            : Type

/** A collection whose members can all be cloned. */
type Whole<Type, Members extends unknown[], Where extends Isolation> =
  Members extends CloneableEach<Members, Where> ? Type : never

type CloneableEach<Types extends unknown[], Where extends Isolation> = {
  [Index in keyof Types]: Cloneable<Types[Index], Where>
}

/** What stands in the place of a function whose result would not come back. */
export type Unreturnable = { 'its result cannot be sent from a worker': never }

/** A function as it is called on a worker. */
export type OnWorker<Func, Where extends Isolation> = Func extends (
  ...args: infer Arguments
) => infer Result
  ? [Awaited<Result>] extends [Cloneable<Awaited<Result>, Where>]
    ? (...args: CloneableEach<Arguments, Where>) => Promise<Awaited<Result>>
    : Unreturnable
  : never
