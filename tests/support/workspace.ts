/** A copy of the kit in a folder of its own, as a learner has one: what is tried there changes nothing here. */
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Program } from './program'

const root = join(import.meta.dir, '../..')
const sources = ['core', 'lessons', 'package.json', 'tsconfig.json', 'bun.lock', 'bunfig.toml']

export class Workspace implements Disposable {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')))

  constructor() {
    for (const name of sources) {
      // Whoever tests may have begun an exercise.
      const filter = (path: string) => !/lessons\/[^/]+\/exercise(\/|$)/.test(path)
      cpSync(join(root, name), join(this.folder, name), { recursive: true, filter })
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'))
  }

  path(...names: string[]): string {
    return join(this.folder, 'lessons', ...names)
  }

  text(...names: string[]): Promise<string> {
    return Bun.file(this.path(...names)).text()
  }

  /** `bun run kit …` here. */
  kit(args: readonly string[], env: Record<string, string> = {}): Program {
    const place = { executable: process.execPath, cwd: this.folder }
    return new Program(['lessons/kit/kit.ts', ...args], env, place)
  }

  /** The same, to its end. */
  async run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
    const kit = this.kit(args)
    const code = await kit.ended()
    return { code, output: kit.output, errors: kit.errors }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
