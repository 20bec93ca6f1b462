/** `kit [verb]`, from source and as one compiled file. `bun run lesson` is the same with its verb in front. */
import { ensureInstalled } from './installed'

await ensureInstalled('lessons')

// Loaded only now: what they import may have been installed a moment ago.
const { processVerb, startProcess } = await import('./process')
const [verb, ...rest] = Bun.argv.slice(2)

if (verb === processVerb) {
  await startProcess(rest)
} else {
  const { kitCommand } = await import('./command')
  process.exit(await kitCommand(verb, rest))
}
