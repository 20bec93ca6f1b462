/**
 * The library of a workspace under its own name. It is files that lead to `core/`, in the place of a link: a Windows
 * without the right to make links has it, too, and what is edited in `core/` is what an app gets.
 */
import * as library from '../../../core/package.json'

const folder = `node_modules/${library.name}`

/** The paths of its files, and what stands there. */
export function libraryFiles(): Map<string, string> {
  const files = new Map<string, string>()
  const exports: Record<string, string> = {}
  for (const [name, target] of Object.entries(library.exports)) {
    const file = `${name === '.' ? './index' : name}.ts`
    exports[name] = file
    const source = `../../core/${target.slice(2).replace(/\.ts$/, '')}`
    files.set(`${folder}/${file.slice(2)}`, `export * from '${source}'\n`)
  }
  const { name, version, license, type } = library
  const manifest = { name, version, license, type, exports }
  files.set(`${folder}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`)
  return files
}
