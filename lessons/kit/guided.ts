/** The guide beside a run: a page in the browser, started with it and stopped after it. */
import { styleText } from 'node:util'

import type { Command } from 'commander'

import type { Guide } from './guide/guide'
import type { LessonRun } from './run'

export type GuideOptions = { guide?: boolean; present?: true }

/** Adds the options; without them, there is a guide if there is a terminal, so somebody to look at it. */
export function withGuide(command: Command): Command {
  return command
    .option('--guide', 'start the guide in any case: page, app, code and lanes in the browser')
    .option('--no-guide', 'start no guide')
    .option('--present', 'start it for a projector: large type, lanes and code only')
}

type Opened = AsyncDisposable & Pick<Guide, 'showCheck'>

export type Guided = {
  /** The pages of the lesson may be shown in that of the guide. */
  environment: Record<string, string>
  open: (run: LessonRun) => Opened
}

/** Resolves with what opens it, or undefined if none is wanted. */
export async function guideFor({ guide, present }: GuideOptions): Promise<Guided | undefined> {
  if (!(guide ?? present ?? process.stdout.isTTY)) return undefined
  const { guideOrigin, startGuide } = await import('./guide/guide')
  return {
    environment: { GUIDE_ORIGIN: guideOrigin() ?? '' },
    open: (run) => {
      const started = startGuide(run)
      const address = `${started.origin}${present ? '/?present' : ''}`
      console.log(
        started.trouble ?? `${styleText('bold', address)}  the guide: page, app, code and lanes`,
      )
      return {
        showCheck: (text) => started.showCheck(text),
        [Symbol.asyncDispose]: async () => started[Symbol.dispose](),
      }
    },
  }
}
