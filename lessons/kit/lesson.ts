/** `bun run lesson [N]`: lists the lessons, or runs one. */
import { ensureInstalled } from './installed'

await ensureInstalled()

// Loaded only now: what they import may have been installed a moment ago.
const { processVerb, startProcess } = await import('./process')
const [first, ...rest] = Bun.argv.slice(2)

if (first === processVerb) {
  await startProcess(rest)
} else {
  const { lessonCommand } = await import('./command')
  process.exit(await lessonCommand(first === undefined ? [] : [first, ...rest]))
}
