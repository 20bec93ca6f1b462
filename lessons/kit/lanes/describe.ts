/**
 * What a task was called with, where, and why it failed, as short text. Nothing here throws, calls a getter, or takes
 * longer for a large value than for a small one: it is called in the middle of somebody else's program.
 */
import { dirname, relative } from 'node:path'

import type { Place } from './events'

const longest = 120
const mostMembers = 5

/** Arguments as they would stand in a call; undefined for none. */
export function argumentsAsText(args: readonly unknown[]): string | undefined {
  if (args.length === 0) return undefined
  const some = args.slice(0, mostMembers).map((arg) => valueAsText(arg))
  return shortened([...some, ...(args.length > mostMembers ? ['…'] : [])].join(', '), longest)
}

/** One line: the first sentence of what was thrown. */
export function errorAsText(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return shortened(oneLine(valueAsText(thrown)), longest)
    // Anything may have been put there.
    const { name, message: all } = thrown as { name: unknown; message: unknown }
    const message = oneLine(String(all).slice(0, 2_000))
    const [sentence = ''] = message.split(/(?<=[.!?]) (?=\p{Lu})/u)
    if (sentence === '') return String(name)
    // The class says something where it is not that of all errors.
    return shortened(name === 'Error' ? sentence : `${String(name)}: ${sentence}`, 200)
  } catch {
    return 'something that cannot be shown'
  }
}

/**
 * Where a learner's own code has called the library, by the stack of a subscriber on its channel; undefined if there is
 * no such place. What lies under `root` is told from there.
 */
export function placeIn(stack: string, root: string): Place | undefined {
  // Whoever has published is the library, wherever it lies.
  const publisher = stack.indexOf('node:diagnostics_channel')
  let library: string | undefined
  for (const [, file = '', line] of stack.slice(Math.max(0, publisher)).matchAll(frame)) {
    if (publisher >= 0) library ??= `${dirname(file)}/`
    if ((library !== undefined && file.startsWith(library)) || isForeign(file)) continue
    const path = relative(root, file)
    return { file: path.startsWith('..') ? file : path, line: Number(line) }
  }
  return undefined
}

/** A line of a stack that names a file: `at addTask (/home/…/app.tsx:12:3)`. */
const frame = /^\s+at (?:.* \()?(?:file:\/\/)?(\/[^()]+?):(\d+)(?::\d+)?\)?$/gm

/** Packages, and what runs lessons. The lines of a compiled program are nobody's. */
function isForeign(file: string): boolean {
  return /\/node_modules\/|\/lessons\/(kit\/|page\.tsx$)|\$bunfs/.test(file)
}

function valueAsText(value: unknown, isMember = false): string {
  try {
    if (typeof value === 'string')
      return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value)
    if (typeof value === 'bigint') return `${value}n`
    if (typeof value === 'function') return nameOf(value) ?? 'function'
    if (typeof value !== 'object' || value === null) return String(value)
    if (value instanceof Error) return errorAsText(value)
    return objectAsText(value, isMember)
  } catch {
    return '…' // a proxy may throw at anything
  }
}

function objectAsText(value: object, isMember: boolean): string {
  if (Array.isArray(value)) {
    const members = isMember ? [] : value.slice(0, mostMembers)
    const shown = members.map((member) => valueAsText(member, true))
    return `[${[...shown, ...(value.length > members.length ? ['…'] : [])].join(', ')}]`
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Date' : value.toISOString()
  if (value instanceof Map || value instanceof Set)
    return `${nameOf(value.constructor)} of ${value.size}`
  if (value instanceof File) return `File ${JSON.stringify(value.name)}`
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === Object.prototype || prototype === null
  const name = isPlain ? '' : (nameOf(classOf(prototype)) ?? 'object')
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `${name} of ${value.byteLength} bytes`
  const fields = isMember ? '…' : fieldsAsText(value)
  return isPlain
    ? fields === ''
      ? '{}'
      : `{ ${fields} }`
    : fields === ''
      ? name
      : `${name} { ${fields} }`
}

function fieldsAsText(value: object): string {
  const fields: string[] = []
  for (const key in value) {
    const field = Object.getOwnPropertyDescriptor(value, key)
    if (!field) continue
    if (fields.length === mostMembers) {
      fields.push('…')
      break
    }
    fields.push(`${key}: ${'value' in field ? valueAsText(field.value, true) : '…'}`)
  }
  return fields.join(', ')
}

/** What `class` a prototype is of, without calling a getter. */
function classOf(prototype: unknown): unknown {
  return typeof prototype === 'object' && prototype !== null
    ? Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
    : undefined
}

function nameOf(named: unknown): string | undefined {
  if (typeof named !== 'function') return undefined
  const name: unknown = Object.getOwnPropertyDescriptor(named, 'name')?.value
  return typeof name === 'string' && name !== '' ? name : undefined
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
