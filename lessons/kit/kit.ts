/** `kit [verb]`, from source and as one compiled file. `bun run lesson` is the same with its verb in front. */
import { beginAgain, ensureInstalled } from './installed'

if (await ensureInstalled('lessons')) await beginAgain()

// Loaded only now: what they import may not have been there.
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
