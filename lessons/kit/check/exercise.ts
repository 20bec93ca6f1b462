/** The folder that is judged. */
import { join } from 'node:path'

import type { AnyElysia } from 'elysia'

import { must } from './broken'
import { explainLoose, LoadError } from './explain'

export class Exercise {
  /** What was thrown or rejected, and caught by nobody. Unless a check empties it, its last fact does not hold. */
  readonly loose: unknown[] = []

  constructor(readonly folder: string) {
    for (const event of ['uncaughtException', 'unhandledRejection'])
      process.on(event, (thrown) => this.loose.push(thrown))
  }

  /** A module of it. What goes wrong in that is a sentence with a place. */
  async load<Module>(file: string): Promise<Module> {
    try {
      return (await import(join(this.folder, file))) as Module
    } catch (error) {
      throw new LoadError(file, error)
    }
  }

  async app(file = 'app.tsx'): Promise<AnyElysia> {
    const { app } = await this.load<{ app?: AnyElysia }>(file)
    must(
      typeof app?.handle === 'function',
      `${file} exports no app. Leave "export const app" as it was.`,
    )
    return app
  }

  mustHaveNothingLoose(): void {
    const [thrown] = this.loose
    if (thrown !== undefined) throw explainLoose(thrown, this.folder)
  }
}
