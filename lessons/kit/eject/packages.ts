/** The packages of a workspace: those that its lockfile names for every system, without what neither Bun nor an editor reads. */
import { join } from 'node:path'

type Dependencies = Record<string, string>
type Resolved = {
  dependencies?: Dependencies
  peerDependencies?: Dependencies
  optionalPeers?: readonly string[]
}
type Lockfile = {
  workspaces: { '': { dependencies: Dependencies; devDependencies: Dependencies } }
  packages: Record<string, [id: string, registry: string, resolved: Resolved, integrity: string]>
}

/** Their folders, from `root`. Throws for a package that is not installed there. */
export async function packageFolders(root: string, lockfile: string): Promise<string[]> {
  const lock = Bun.JSONC.parse(lockfile) as Lockfile
  const folders: string[] = []
  for (const key of reachable(lock)) {
    const folder = `node_modules/${namesIn(key).join('/node_modules/')}`
    await mustBeInstalled(join(root, folder), lock.packages[key]?.[0] ?? key)
    folders.push(folder)
  }
  return folders
}

/** The paths of their files, from `root`, and what stands there. */
export async function packageFiles(
  root: string,
  folders: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const folder of folders)
    for (const path of filesOf(join(root, folder)))
      files.set(`${folder}/${path}`, await Bun.file(join(root, folder, path)).bytes())
  return files
}

/** The keys of all that is asked for. Optional packages are left out: they are built for one system. */
function reachable({ workspaces, packages }: Lockfile): Set<string> {
  const found = new Set<string>()
  const ask = (from: string, names: readonly string[]) => {
    for (const name of names) {
      const key = nearest(from, name, packages)
      if (key === undefined || found.has(key)) continue
      found.add(key)
      const { dependencies = {}, peerDependencies = {}, optionalPeers = [] } = packages[key]![2]
      const peers = Object.keys(peerDependencies).filter((peer) => !optionalPeers.includes(peer))
      ask(key, [...Object.keys(dependencies), ...peers])
    }
  }
  const { dependencies, devDependencies } = workspaces['']
  ask('', [...Object.keys(dependencies), ...Object.keys(devDependencies)])
  return found
}

/** As Bun looks it up: in the package's own folder, then in each folder around it. */
function nearest(from: string, name: string, packages: Lockfile['packages']): string | undefined {
  const around = namesIn(from)
  for (let depth = around.length; depth >= 0; depth--) {
    const key = [...around.slice(0, depth), name].join('/')
    if (key in packages) return key
  }
  return undefined
}

/** `a/@b/c` is the package @b/c inside of a. */
function namesIn(key: string): string[] {
  return key.match(/@[^/]+\/[^/]+|[^/]+/g) ?? []
}

async function mustBeInstalled(folder: string, id: string): Promise<void> {
  const manifest = Bun.file(join(folder, 'package.json'))
  const { name, version } = (await manifest.exists())
    ? ((await manifest.json()) as { name: string; version: string })
    : { name: 'nothing', version: '' }
  if (`${name}@${version}` === id) return
  throw new Error(
    `Expected ${id} in ${folder}, got ${`${name} ${version}`.trim()}. Run bun install.`,
  )
}

/** What a package is passed on with, whatever it is named besides. */
const licence = /^(?:licen[cs]e|copying|notice|copyright|third.?party)[^/]*$/i

const unread = [
  /\.(?:map|mdx?|markdown|flow|tsbuildinfo|ya?ml|toml|py|lua|node|cc|h|gyp|cmd|npmignore)$/i,
  /(?:^|\/)(?:tests?|__tests__|docs?|examples?|benchmarks?)\//,
  /(?:^|\/)\.[^/]+/,
  /(?:^|\/)test\.[cm]?js$/,
  // A second copy, for require() in Node or for a browser. Bull-board needs that of typebox.
  /\/(?:elysia|bullmq|smtp-server|nodemailer)\/dist\/cjs\//,
  /\/luxon\/build\/(?:global|amd|cjs-browser|es6)\//,
  // One file of it is all of it.
  /\/lodash\/(?!lodash\.js$|package\.json$)/,
  /\/bunqueue\/dist\/(?:cli|mcp)\//,
  /\/prismjs\/(?:plugins\/|themes\/|components\/.*\.min\.js$)/,
  // The editor asks typescript.js. Bun checks types without it.
  /\/typescript\/(?:bin\/|lib\/(?:_?tsc\.js|[a-z]{2}(?:-[a-z]{2})?\/))/,
  // Packages inside have keys of their own.
  /(?:^|\/)node_modules\//,
]

function filesOf(folder: string): string[] {
  const name = `/${folder.split('/node_modules/').at(-1)}`
  const all = new Bun.Glob('**/*').scanSync({ cwd: folder, dot: true, onlyFiles: true })
  return [...all]
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => licence.test(path) || !unread.some((one) => one.test(`${name}/${path}`)))
}
