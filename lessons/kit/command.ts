/**
 * The command line: verbs and their arguments. Resolves with the exit code: 0 if all is done, 1 if a lesson or a check
 * failed, 2 for a command that is none.
 */
import { Command, CommanderError } from 'commander'

import { lessons } from '../index'
import { sentenceOf } from './errors'
import { Mistake, nearestLesson, noLesson } from './mistake'
import { say } from './output'
import { commandLine, programName } from './program'
import { check } from './verbs/check'
import { diff } from './verbs/diff'
import { eject } from './verbs/eject'
import { hint } from './verbs/hint'
import { lesson } from './verbs/lesson'
import { licences } from './verbs/licences'
import { notes } from './verbs/notes'
import { reset } from './verbs/reset'
import { share } from './verbs/share'
import { solution } from './verbs/solution'
import { watch } from './verbs/watch'
import { work } from './verbs/work'
import { versionText } from './version'

/** In the order in which a learner meets them, which is that of the help. */
const verbs = [
  lesson,
  eject,
  work,
  check,
  hint,
  diff,
  solution,
  reset,
  notes,
  watch,
  share,
  licences,
]

export async function kitCommand(args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    const { overview } = await import('./overview')
    return overview()
  }
  let help = ''
  const kit = new Command(programName)
    .description('Background tasks for Bun and Elysia, in six lessons.')
    .usage('[verb] [options]')
    .commandsGroup('Verbs:')
    .helpCommand('help [verb]', 'show what a verb does, and its options')
    .version(versionText(), '-V, --version', 'show the versions of the kit, Bun and Elysia')
    .helpOption('-h, --help', 'show this help')
    .addHelpText(
      'after',
      '\nWithout a verb: the lessons, what their checks say, and what to type next.',
    )
    .configureHelp({ commandUsage: (command) => usageOf(command) })
    // What it says of a mistake is said below, in the words of this kit.
    .configureOutput({ writeOut: (text) => (help += text), writeErr() {} })
    .exitOverride()
  for (const add of verbs) add(kit)
  const words = withoutHelpOf(kit, args)
  try {
    await kit.parseAsync(words, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof Mistake) return refuse(error)
    if (!(error instanceof CommanderError)) {
      console.error(sentenceOf(error))
      return 1
    }
    return error.exitCode === 0 ? say(help.trimEnd()) : refuse(inOurWords(error, kit, words))
  }
}

/** What was typed. Where that names no verb, without the wish for help: there is none on it, and commander says nothing. */
function withoutHelpOf(kit: Command, args: readonly string[]): readonly string[] {
  const words = args.filter((word) => !word.startsWith('-'))
  const [verb, ...rest] = words[0] === 'help' ? words.slice(1) : words
  const isVerb = kit.commands.some((one) => [one.name(), ...one.aliases()].includes(verb ?? ''))
  if (verb === 'help') return ['help']
  return verb === undefined || isVerb ? args : [verb, ...rest]
}

function usageOf(command: Command): string {
  const isKit = command.parent === null
  return `${isKit ? programName : commandLine(command.name())} ${command.usage()}`
}

function refuse(mistake: Mistake): number {
  console.error(mistake.message)
  return 2
}

/** commander's errors are in English, and end with the nearest name where it knows one. */
function inOurWords(
  { code, message }: CommanderError,
  kit: Command,
  args: readonly string[],
): Mistake {
  const [typed = '', ...rest] = args
  const [, suggestion] = /\(Did you mean (?:one of )?([^?,]+)/.exec(message) ?? []
  const command = kit.commands.find((one) => one.name() === typed)
  const takesLesson = command?.registeredArguments[0]?.name() === 'lesson'
  const names = rest.filter((word) => !word.startsWith('-'))
  if (code === 'commander.unknownCommand') return noVerb(kit, typed, suggestion, rest)
  if (takesLesson && code === 'commander.excessArguments' && names.length > 1)
    return noLesson(`One lesson at a time, got ${names.join(' ')}.`, typed, names[0] ?? '')
  if (takesLesson && code === 'commander.missingArgument')
    return noLesson(`${typed} needs the number of a lesson.`, typed, '')
  const [sentence = ''] = message
    .replace(/^error: (.)/, (_, first: string) => first.toUpperCase())
    .split('\n')
  const help = command ? `${commandLine(typed)} --help` : `${programName} --help`
  return new Mistake(
    `${sentence.replace(/\.?$/, '.')}${suggestion ? ` Did you mean ${suggestion}?` : ''}`,
    help,
  )
}

function noVerb(
  kit: Command,
  typed: string,
  near: string | undefined,
  rest: readonly string[],
): Mistake {
  const names = kit.commands.map((one) => one.name())
  const command = kit.commands.find((one) => one.name() === near)
  const takesLesson = command?.registeredArguments[0]?.name() === 'lesson'
  // "workers" is no slip of the pen for "work".
  const isTitle =
    typed.length > 3 &&
    lessons.some(({ title }) => title.toLowerCase().includes(typed.toLowerCase()))
  const instead =
    near === undefined || isTitle
      ? commandLine('lesson', nearestLesson([typed, ...rest].join(' ')))
      : commandLine(near, ...(takesLesson ? [nearestLesson(rest.join(' '))] : rest))
  return new Mistake(`There is no verb ${typed}. The verbs are ${names.join(', ')}.`, instead)
}
