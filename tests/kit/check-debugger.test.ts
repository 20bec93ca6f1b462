/** A program that does not answer is in a loop, or is no longer there. A debugger tells the two apart. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { Debugger } from '../../lessons/kit/check/debugger'
import { TemporaryFolder } from '../../lessons/kit/check/temporary-folder'
import { until } from '../support/until'

setDefaultTimeout(30_000)

test('a debugger names the line of a loop without an end', async () => {
  await using program = start('while (true) {}')
  await program.isThere()

  expect(await program.endlessLine()).toMatchObject({ line: 2 })
})

test('a debugger names no line of a program that was killed', async () => {
  await using program = start("process.kill(process.pid, 'SIGKILL')")
  await program.ended

  expect(await program.endlessLine()).toBeUndefined()
})

/** A program whose second line is this, in a debugger. */
function start(line: string) {
  const folder = new TemporaryFolder()
  const [file, note] = ['app.ts', 'note'].map((name) => join(folder.path, name)) as [string, string]
  const socket = join(folder.path, 'socket')
  const written = Bun.write(file, `require('node:fs').writeFileSync('${note}', '')\n${line}\n`)
  const inspected = new Debugger(socket, folder.path)
  const running = written.then(() =>
    Bun.spawn([process.execPath, `--inspect-wait=ws+unix://${socket}`, file], {
      stdio: ['ignore', 'ignore', 'ignore'],
    }),
  )
  return {
    ended: running.then((program) => program.exited),
    isThere: () => until('its first line has run', () => Bun.file(note).exists()),
    endlessLine: () => inspected.endlessLine(),
    async [Symbol.asyncDispose]() {
      const program = await running
      program.kill('SIGKILL')
      await program.exited
      inspected[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}
