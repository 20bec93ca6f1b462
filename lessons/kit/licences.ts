/** `kit licences`: what whoever passes the kit on has to pass on with it. */
import { print } from './output'

/** Written into the binary by build.ts. From source there is none: the packages are asked. */
declare const LICENCES: string | undefined

/** Prints them, and resolves with the exit code. */
export async function printLicences(): Promise<number> {
  const text =
    typeof LICENCES === 'string' ? LICENCES : await (await import('./bundle')).collectLicences()
  const trouble = await print(text)
  if (trouble) console.error(trouble)
  return trouble ? 1 : 0
}
