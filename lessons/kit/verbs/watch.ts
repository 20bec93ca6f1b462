import { type LanesOption, withLanes } from './lanes'
import { exits, type Verb } from './verb'

export const watch: Verb = (kit) =>
  void withLanes(kit.command('watch'))
    .summary('run an app of your own, and draw its requests and tasks')
    .description(
      'Runs an app of your own that uses the library, and draws each request with its tasks: here, and live on a page.\nThe app is not changed by that. After a change: Ctrl-C, and start it again.',
    )
    .argument('[app]', 'its file, for example app.ts')
    .action(
      exits(async (file: string | undefined, { lanes }: LanesOption) => {
        const { watchApp } = await import('../watch')
        const { presentOwn } = await import('../guide/own-app')
        return watchApp(file, { lanes, present: presentOwn(file ?? '') })
      }),
    )
