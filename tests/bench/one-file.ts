/** The one file: how large it is, and how soon it does something, built in several ways and beside `bun run`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { bundle } from '../../lessons/kit/bundle'
import { packWorkspace } from '../../lessons/kit/eject/pack'
import { freePort } from '../support/program'
import { bun, here } from './machine'
import { figure, interleave, ratio, summary } from './measure'
import type { Group, Section } from './section'

const source = here('../../lessons/kit/kit.ts')
const ways = {
  'as it is written': { minify: false, bytecode: false },
  minified: { minify: bundle.minify, bytecode: false },
  'minified, with bytecode (the kit)': { minify: bundle.minify, bytecode: true },
} as const satisfies Record<string, Partial<Bun.BuildConfig>>
const fromSource = 'bun run'
const best = 'minified, with bytecode (the kit)'

export const oneFile: Group = {
  name: 'one-file',
  title: 'The one file',

  async measure(run): Promise<Section> {
    const folder = mkdtempSync(join(tmpdir(), 'one-file-'))
    try {
      await packWorkspace(here('../../dist/workspace.tar.zst'))
      const commands = new Map([[fromSource, [bun, source]]])
      for (const [name, way] of Object.entries(ways)) {
        const outfile = join(folder, String(commands.size))
        const compile = { outfile, autoloadDotenv: false, autoloadBunfig: false }
        await Bun.build({ ...bundle, ...way, compile })
        commands.set(name, [outfile])
      }
      const rounds = run.rounds(15, 1)
      run.say(`${commands.size} subjects, ${rounds} rounds`)
      const samples = await interleave([...commands.keys()], rounds, async (name) => ({
        list: await untilEnd([...commands.get(name)!, 'lesson'], folder),
        page: await untilPage([...commands.get(name)!, 'lesson', '1'], folder),
      }))
      const size = (name: string) => Bun.file(commands.get(name)![0]!).size
      return {
        method: `From the start of the process: until \`lesson\` has listed the lessons and ended, and until the page of lesson 1 can be asked for. ${rounds} rounds. With \`bun run\`, the size is that of Bun.`,
        tables: [
          {
            columns: [
              ['size', 'bytes'],
              ['the list', 'milliseconds'],
              ['the page', 'milliseconds'],
              ['the page / bun run', 'times'],
            ],
            rows: [...commands.keys()].map((name) => [
              name,
              summary([size(name)]),
              figure(samples, name, 'list'),
              figure(samples, name, 'page'),
              ratio(samples, 'page', name, fromSource),
            ]),
          },
        ],
        bounds: [
          {
            what: 'time to the first page, the kit / bun run',
            figure: ratio(samples, 'page', best, fromSource),
            unit: 'times',
            most: 1,
          },
        ],
        leftOut: [],
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function untilEnd(command: readonly string[], cwd: string): Promise<number> {
  const began = performance.now()
  await Bun.spawn([...command], { cwd, stdio: ['ignore', 'ignore', 'ignore'] }).exited
  return performance.now() - began
}

async function untilPage(command: readonly string[], cwd: string): Promise<number> {
  const began = performance.now()
  await using lesson = Bun.spawn([...command], {
    cwd,
    env: { ...process.env, PORT: String(freePort()) },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const text of lesson.stdout.pipeThrough(new TextDecoderStream()))
    if (text.includes('Ctrl-C stops everything')) break
  const took = performance.now() - began
  // Its app ends with it, at once: it has a counter to finish otherwise.
  lesson.kill('SIGKILL')
  await lesson.exited
  return took
}
