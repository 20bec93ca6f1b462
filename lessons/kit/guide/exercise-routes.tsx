/** The parts of a page that change while somebody works on an exercise: each page asks for them when it hears of a change. */
import { Elysia, t } from 'elysia'

import { CheckLine, Facts } from './check-panel'
import { FileTabs, Sources } from './code-panel'
import { Compared } from './diff-panel'
import { ExerciseText } from './exercise-panel'
import { Hints } from './hints-panel'
import type { Progress } from './progress'
import type { View } from './view'

/** `view` reads what is on disk now. */
export function exerciseRoutes(progress: Progress, view: () => Promise<View>) {
  return new Elysia({ prefix: '/exercise' })
    .get('/line', async () => <CheckLine view={await view()} />)
    .get('/check', async () => <Facts view={await view()} />)
    .get('/text', async () => <ExerciseText view={await view()} />)
    .get('/files', async () => <FileTabs view={await view()} />)
    .get('/sources', async () => <Sources view={await view()} />)
    .get('/hints', async () => <Hints view={await view()} />)
    .get('/diff', async () => <Compared view={await view()} />)
    .post(
      '/hints/:count',
      async ({ params: { count } }) => {
        progress.hints.open(count)
        return <Hints view={await view()} />
      },
      { params: t.Object({ count: t.Integer({ minimum: 1 }) }) },
    )
    .post(
      '/diff/:other',
      async ({ params: { other }, query: { sure } }) => {
        progress.compareWith(other, { isSure: sure !== undefined })
        return <Compared view={await view()} />
      },
      {
        params: t.Object({ other: t.Union([t.Literal('start'), t.Literal('solution')]) }),
        query: t.Object({ sure: t.Optional(t.String()) }),
      },
    )
}
