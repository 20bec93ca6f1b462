/** The process that judges an exercise: `bun child.ts <check>`. The folder is named by EXERCISE. */
import { explain, placeOf } from './explain'
import { judgeHere } from './judge'
import { watchLanes } from './lanes'
import type { Message } from './messages'

const exit = process.exit.bind(process)
const folder = Bun.env.EXERCISE ?? ''
const tell = (message: Message) => void process.send?.(message)

// Nobody is left to tell.
process.on('disconnect', () => exit(1))
process.exit = (code): never => {
  const place = placeOf(new Error('who exits'), folder)
  const where = place ? `${place.file}:${place.line}` : 'The exercise'
  const sentence = `${where} ends the process, with exit code ${code ?? 0}. What serves visitors must not end.`
  tell({ type: 'broken', broken: { sentence, ...(place && { place }) } })
  return exit(0)
}
judgeHere(tell)
watchLanes((event, run) => tell({ type: 'event', event, run }))
try {
  await import(process.argv[2] ?? '')
} catch (error) {
  tell({ type: 'broken', broken: explain(error, folder) })
}
exit(0)
