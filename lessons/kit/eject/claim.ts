/** A folder for what is not complete yet, beside the place where it belongs. One kit at a time has it. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { EjectError } from './errors'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Milliseconds in which a kit that has made its folder says which process it is. */
const moment = 5_000

/** Makes the folder. It is gone again when this is disposed of, or when a signal ends the process. */
export function claim(path: string, wanted: string): Disposable {
  if (!make(path)) {
    const owner = ownerOf(path)
    if (owner !== undefined)
      throw new EjectError(
        `Another kit is writing ${wanted} at this moment (${owner}). Wait until it has ended.`,
      )
    // Whoever made it was killed.
    rmSync(path, { recursive: true, force: true })
    mkdirSync(path)
  }
  const remove = () => rmSync(path, { recursive: true, force: true })
  try {
    writeFileSync(join(path, 'pid'), String(process.pid))
  } catch (error) {
    remove()
    throw error
  }
  const onSignal = (signal: NodeJS.Signals) => {
    remove()
    console.error(`Stopped (${signal}). Nothing is left of it.`)
    process.exit(1)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal)
      remove()
    },
  }
}

function make(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function ownerOf(path: string): string | undefined {
  const file = join(path, 'pid')
  const isWritten = statSync(file, { throwIfNoEntry: false }) !== undefined
  const pid = isWritten ? Number(readFileSync(file, 'utf8')) : 0
  if (pid > 0) return isRunning(pid) ? `process ${pid}` : undefined
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return age < moment ? 'it began a moment ago' : undefined
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It runs, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
