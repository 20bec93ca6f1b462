/** The functions that the queue's tests send through the engines. */
import { appendFileSync } from 'node:fs'

import { currentJob } from '../../../core/queue'

/** Every call, in this process. */
export const calls: { name: string; args: unknown[]; attempt: number | undefined }[] = []

function note(name: string, ...args: unknown[]): void {
  calls.push({ name, args, attempt: currentJob()?.attempt })
}

export function add(left: number, right: number): number {
  note('add', left, right)
  return left + right
}

export async function greet(name: string, { polite }: { polite?: boolean } = {}): Promise<string> {
  note('greet', name, polite)
  return polite ? `Dear ${name}` : `Hi ${name}`
}

export async function echo(
  ...values: (string | number | boolean | null | object)[]
): Promise<object> {
  note('echo', ...values)
  return { values }
}

/** Fails until it is called for the third time. */
export async function failTwice(label: string): Promise<string> {
  note('failTwice', label)
  const attempt = currentJob()?.attempt ?? 1
  if (attempt < 3) throw new Error(`no luck with ${label}, attempt ${attempt}`)
  return `done at attempt ${attempt}`
}

/** Returns what can be awaited and called, as some builders of queries can be. */
export function build(): PromiseLike<string> {
  const builder = () => {}
  const built = async () => `built at attempt ${currentJob()?.attempt}`
  const then: PromiseLike<string>['then'] = (...take) => built().then(...take)
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is
  return Object.assign(builder, { then })
}

export async function failAlways(label: string): Promise<void> {
  note('failAlways', label)
  throw new Error(`${label} never works`)
}

export async function giveUp(): Promise<void> {
  note('giveUp')
  const error = new Error('no other attempt will help')
  error.name = 'UnrecoverableError'
  throw error
}

export async function throwOddly(what: string): Promise<void> {
  note('throwOddly', what)
  if (what === 'undefined') throw undefined
  if (what === 'string') throw 'just a string'
  throw {
    toString: () => {
      throw new Error('cannot even be printed')
    },
  }
}

export async function report(steps: number): Promise<void> {
  note('report', steps)
  for (let step = 1; step <= steps; step++) await currentJob()?.setProgress(step / steps)
}

let open = Promise.withResolvers<void>()
export let started = Promise.withResolvers<void>()

/** Runs until `openGate` is called. */
export async function waitAtGate(): Promise<string> {
  note('waitAtGate')
  started.resolve()
  await open.promise
  return 'through'
}

export function openGate(): void {
  open.resolve()
}

export function closeGate(): void {
  open = Promise.withResolvers()
  started = Promise.withResolvers()
}

/** Runs until its signal is aborted, and says why it was. */
export async function waitForSignal(): Promise<void> {
  note('waitForSignal')
  started.resolve()
  const signal = currentJob()?.signal
  await new Promise((resolve) => signal?.addEventListener('abort', resolve))
}

/** Leaves one line per run in a file, which outlives a process that is killed. */
export function leaveLine(file: string, line: string): void {
  appendFileSync(file, `${line}\n`)
}

/** Takes its process with it, as running out of memory would. */
export function killProcess(): void {
  process.kill(process.pid, 'SIGKILL')
}
