/** The script of the lanes for the browser: in a binary as it was when that was built, from source bundled when asked for. */
import { join } from 'node:path'

/** Written into a binary by build.ts. */
declare const LANES_SCRIPT: string | undefined

let bundled: Promise<string> | undefined

export function lanesScript(): Promise<string> {
  return (bundled ??= typeof LANES_SCRIPT === 'string' ? Promise.resolve(LANES_SCRIPT) : bundle())
}

async function bundle(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, '../lanes/browser/main.ts')],
    target: 'browser',
    minify: true,
  })
  return outputs[0]?.text() ?? ''
}
