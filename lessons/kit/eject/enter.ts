/**
 * The one file, called in a workspace: what is edited there is what runs. The same program starts itself as Bun, with
 * the command line that is in the workspace.
 */
import { join, resolve } from 'node:path'

import { shown, writeOrSay } from './eject'
import { findWorkspace, usualFolder } from './find'

/** What the file itself does, wherever it is called. */
const own = ['eject', 'share', 'watch', 'licences', 'licenses', '--version', '-V']
/** What reads or writes an exercise. */
const onFiles = ['work', 'check', 'diff', 'reset', 'solution']

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Resolves with the exit code if that was done in a workspace; with undefined if it is to be done right here. */
export async function enterWorkspace(args: readonly string[]): Promise<number | undefined> {
  if (!Bun.isStandaloneExecutable) return undefined
  const [verb = ''] = args
  if (own.includes(verb)) return undefined
  const asksHelp = args.includes('--help') || args.includes('-h')
  const workspace = findWorkspace()
  if (workspace !== undefined) return runIn(workspace, args)
  if (asksHelp || !onFiles.includes(verb)) return undefined
  const made = resolve(usualFolder)
  if (verb !== 'work') {
    console.error(
      `There is no workspace here yet, so there is no exercise. It is made by: ${process.argv0} work 1`,
    )
    return 1
  }
  console.log(`First, this file writes out a workspace: ${made}`)
  if (!(await writeOrSay(made))) return 1
  console.log(`It is yours to edit. Your editor opens it with: code ${shown(made)}`)
  console.log(`The files named below are in ${shown(made)}.\n`)
  return runIn(made, args)
}

async function runIn(workspace: string, args: readonly string[]): Promise<number> {
  const kit = Bun.spawn(
    [
      process.execPath,
      '--no-orphans',
      '--no-env-file',
      join(workspace, 'lessons/kit/kit.ts'),
      ...args,
    ],
    {
      // Bun looks there for the tsconfig.json that says what JSX is.
      cwd: workspace,
      env: { ...process.env, BUN_BE_BUN: '1', KIT_COMMAND: process.argv0 },
      stdio: ['inherit', 'inherit', 'inherit'],
    },
  )
  const pass = (signal: NodeJS.Signals) => kit.kill(signal)
  for (const signal of signals) process.on(signal, pass)
  await kit.exited
  for (const signal of signals) process.off(signal, pass)
  return kit.exitCode ?? 1
}
