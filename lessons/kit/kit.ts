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
  const args = Bun.argv.slice(2)
  const { enterWorkspace } = await import('./eject/enter')
  const { kitCommand } = await import('./command')
  process.exit((await enterWorkspace(args)) ?? (await kitCommand(args)))
}
