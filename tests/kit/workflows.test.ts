/** What CI does: shown as far as that can be without GitHub. */
import { expect, test } from 'bun:test'
import { accessSync, constants, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { targets } from '../../lessons/kit/targets'
import { engines, scripts } from '../../package.json'

type Job = {
  'runs-on': string
  'timeout-minutes': number
  needs?: string | string[]
  permissions?: Record<string, string>
  strategy?: { matrix: { include: { os: string; file: string }[] } }
  steps: { uses?: string; run?: string; with?: Record<string, string> }[]
}
type Workflow = {
  on: Record<string, { tags?: string[]; branches?: string[] } | null>
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

const root = join(import.meta.dir, '../..')
const folder = join(root, '.github/workflows')
const read = async (name: string) =>
  Bun.YAML.parse(await Bun.file(join(folder, name)).text()) as Workflow
const release = await read('release.yml')
const all = await Promise.all(readdirSync(folder).map(read))
const jobs = all.flatMap((workflow) => Object.values(workflow.jobs))
const commands = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))

test('each build is tried on a system that it is for', () => {
  const tried = Object.values(release.jobs).flatMap(
    ({ strategy }) => strategy?.matrix.include ?? [],
  )

  expect(tried.map(({ file }) => file).toSorted()).toEqual(
    targets.map(({ file }) => file).toSorted(),
  )
  const systems = { linux: 'ubuntu', darwin: 'macos', windows: 'windows' }
  for (const { os, file } of tried) {
    const [, system = '', arch = ''] = /^kit-(linux|darwin|windows)-(x64|arm64)/.exec(file) ?? []
    expect([file, os]).toEqual([file, expect.stringContaining(systems[system as 'linux'])])
    // Apple's are ARM if nothing is said, the others x64.
    const isArm = system === 'darwin' ? !os.endsWith('-intel') : os.endsWith('-arm')
    expect([file, isArm]).toEqual([file, arch === 'arm64'])
  }
})

test('nothing is released that was not tried, and only by a tag', () => {
  const { build, release: publish, ...tries } = release.jobs

  expect(new Set([publish?.needs].flat())).toEqual(new Set(Object.keys(tries)))
  for (const job of Object.values(tries)) expect(job.needs).toBe('build')
  expect(publish).toMatchObject({ if: "github.ref_type == 'tag'" })
  expect(build?.steps.map(({ run }) => run)).toContain('bun run build --all')
  expect(release.on['push']?.tags).toEqual(['v*'])
})

test('a job may write only where a release is made', () => {
  for (const workflow of all) expect(workflow.permissions).toEqual({ contents: 'read' })
  const writers = Object.entries(release.jobs).filter(([, { permissions }]) => permissions)
  expect(writers.map(([name]) => name)).toEqual(['release'])
  for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0)
})

test('the commands are there', () => {
  const named = commands.join('\n')

  for (const [, script = ''] of named.matchAll(/bun run (\w+)/g))
    expect(Object.keys(scripts)).toContain(script)
  const files = new Set([...named.matchAll(/\.ci\/\w+/g)].map(([file]) => file))
  expect([...files].toSorted()).toEqual(['.ci/run', '.ci/smoke'])
  for (const file of files) accessSync(join(root, file), constants.X_OK)
  for (const [, version] of named.matchAll(/bun@(\S+)/g)) expect(engines.bun).toBe(`>=${version}`)
})

test('every action is one of GitHub itself, of a version', () => {
  const actions = jobs.flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []))

  expect(actions.length).toBeGreaterThan(3)
  for (const action of actions) expect(action).toMatch(/^actions\/[\w-]+@v\d+$/)
})
