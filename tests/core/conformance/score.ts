/**
 * Prints how many of the cases each subject holds, and which: `bun run conformance`. With --why, what the others did
 * instead; with --write, the table in README.md beside this file.
 */
import { ensureInstalled } from '../../../lessons/kit/installed'
import { type Case, cases } from './cases'
import { findPython, Subject, type SubjectName, subjects } from './subject'

type Result = 'yes' | 'no' | 'not offered'

await ensureInstalled('everything')

const wanted = process.argv.includes('--ours') ? (['ours'] as const) : subjects
const present = wanted.filter((name) => name !== 'starlette' || findPython() !== undefined)

if (present.length < wanted.length)
  console.error('Starlette is left out: python3 with starlette and uvicorn is not installed.')

const results = new Map<Case, Map<SubjectName, Result>>()
for (const one of cases) {
  const row = new Map<SubjectName, Result>()
  for (const name of present) row.set(name, await score(one, name))
  results.set(one, row)
  process.stderr.write('.')
}
process.stderr.write('\n')
console.log(table())
if (process.argv.includes('--write')) await writeReadme(table())

async function score(one: Case, name: SubjectName): Promise<Result> {
  if (name === 'starlette' ? !one.starlette : name !== 'ours' && one.needs !== undefined)
    return 'not offered'
  try {
    await using subject = await Subject.start(name, 'aot', one.scenario ?? one.id)
    await one.run(subject)
    return 'yes'
  } catch (error) {
    if (process.argv.includes('--why')) console.error(`\n${one.id}, ${name}: ${String(error)}`)
    return 'no'
  }
}

function table(): string {
  const titles: Record<SubjectName, string> = {
    ours: 'this library',
    bare: 'bare `onAfterResponse`',
    'elysia-background': '`elysia-background` 1.3.1',
    starlette: 'Starlette',
  }
  const marks: Record<Result, string> = { yes: 'yes', no: '**no**', 'not offered': '–' }
  const held = (name: SubjectName) =>
    [...results.values()].filter((row) => row.get(name) === 'yes').length
  const rows = [
    ['', 'case', ...present.map((name) => titles[name])],
    ['---', '---', ...present.map(() => '---')],
    ['', `**held, of ${cases.length}**`, ...present.map((name) => `**${held(name)}**`)],
    ...Array.from(results, ([{ id, sentence }, row]) => [
      id,
      sentence,
      ...present.map((name) => marks[row.get(name) ?? 'not offered']),
    ]),
  ]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Puts the table between its two marks. */
async function writeReadme(text: string): Promise<void> {
  const path = new URL('README.md', import.meta.url)
  const readme = await Bun.file(path).text()
  const marked = /(<!-- conformance -->)[^]*?(<!-- \/conformance -->)/
  if (!marked.test(readme)) throw new Error('README.md has no place for the table.')
  const replaced = readme.replace(marked, (_, before: string, after: string) =>
    [before, text, after].join('\n\n'),
  )
  await Bun.write(path, replaced)
  Bun.spawnSync([process.execPath, 'fmt', '--no-script', path.pathname])
}
