/**
 * `kit watch app.ts`: an app of the learner's own that uses the plugin, as it is. It runs as a process that the lanes look
 * into; its own code knows nothing of that.
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import type { LessonChild } from './child'
import type { Program, Run } from './control'
import { inForeground } from './foreground'
import { lookInside } from './look-inside'
import { commandLine } from './program'
import type { Presentation } from './run'

export type WatchOptions = {
  /** Whether requests are drawn. Default: yes, that is what it is for. */
  lanes?: boolean | undefined
  /** For the app. */
  environment?: Record<string, string>
  /** Called before the app is started. What it resolves with is disposed of in the end. */
  present?: (run: Run) => Promise<Presentation>
}

/** Milliseconds after which an app that does not listen is asked about. */
const patience = 5_000

/** Resolves with the exit code when the app is over. */
export async function watchApp(
  given: string | undefined,
  { lanes = true, environment = {}, present }: WatchOptions = {},
): Promise<number> {
  const problem = problemOf(given)
  if (problem !== undefined || given === undefined) {
    console.error(problem)
    return 2
  }
  const app = resolve(given)
  const root = rootOf(app)
  await using inside = lookInside(root)
  const program: Program = {
    name: 'app',
    command: inside.command(app),
    // Where its author starts it: there are its .env, its tsconfig.json, and the files that it names.
    cwd: root,
    environment: { ...inside.environment, ...environment },
    page: 'the app',
  }
  let isReady = false
  let guide: Presentation | undefined
  const timer = setTimeout(() => {
    if (!isReady) console.log(`${given} does not listen yet. Does it call app.listen(3000)?`)
  }, patience)
  try {
    return await inForeground({
      what: given,
      programs: [program],
      lanes,
      present: present && (async (run) => (guide = await present(run))),
      whenReady: (run) => {
        isReady = true
        const url = run.processes()[0]?.url
        console.log(
          `\n${given} listens${url ? ` at ${url}` : ''}. Send it a request that adds tasks.`,
        )
        console.log('Each is drawn here when its last task has ended. Ctrl-C stops it.')
        console.log('After a change: Ctrl-C, and start it again.\n')
        if (guide) console.log(`${guide.trouble ?? `Its lanes, live: ${guide.address}`}\n`)
      },
      sayWhy: (child) => sayWhy(child, given, isReady),
    })
  } finally {
    clearTimeout(timer)
  }
}

function problemOf(given: string | undefined): string | undefined {
  if (given === undefined || given.startsWith('-'))
    return `Which app? Name its file: ${commandLine('watch', 'app.ts')}`
  if (!existsSync(given)) return `There is no file ${given}. Name that of your app, seen from here.`
  if (!statSync(given).isFile())
    return `${given} is a folder. Name the file in it that calls app.listen(): ${join(given, 'index.ts')}?`
  return undefined
}

function sayWhy({ lastError, exitCode, signal }: LessonChild, given: string, isReady: boolean) {
  if (signal !== null) return `${given} was killed (${signal}).`
  if (isReady) return `${given} ended with exit code ${exitCode}.`
  if (exitCode === 0)
    return `${given} ended without listening. Let it call app.listen(3000) at its end.`
  if (/^Port \d+ is in use already\.$/.test(lastError))
    return `${given}: p${lastError.slice(1)} Stop what runs there, or let the app listen on another port.`
  const why = lastError && !lastError.startsWith('Bun v') ? `: ${lastError.trim()}` : ''
  return `${given} ended with exit code ${exitCode} before it listened${why}. The error is above: put it right and start again.`
}

/** The folder that it runs in, and that its places are told from: the project's, else its own. */
function rootOf(app: string): string {
  let folder = dirname(app)
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) return dirname(app)
    folder = dirname(folder)
  }
  return folder
}
