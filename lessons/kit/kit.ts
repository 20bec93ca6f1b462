/** `kit [verb]`, from source and as one compiled file. `bun run lesson` is the same with its verb in front. */
import { ensureInstalled } from './installed'

await ensureInstalled('lessons')

// Loaded only now: what they import may have been installed a moment ago.
const { findProcess, processVerb, startProcess } = await import('./process')
const [verb, ...rest] = Bun.argv.slice(2)
const program = verb === processVerb ? findProcess(rest) : undefined

if (program) {
  await startProcess(program, rest[0] ?? '')
} else {
  const { enterWorkspace } = await import('./eject/enter')
  const done = Bun.isStandaloneExecutable ? await enterWorkspace(Bun.argv.slice(2)) : undefined
  const { kitCommand } = await import('./command')
  process.exit(done ?? (await kitCommand(verb, rest)))
}
