/** The files of a workspace that are not copies of ours. */

/** What types and an editor need beside the lessons. The plugin marks unescaped text; an editor runs it in TypeScript. */
const forTheEditor = /^(?:bun-types|@kitajs\/ts-html-plugin|@types\/.*)$/

type Kit = {
  name: string
  version: string
  license: string
  engines: object
  scripts: { lesson: string; kit: string }
  dependencies: object
  devDependencies: object
}

export function packageJson(kit: Kit): string {
  const { version, license, engines, scripts, dependencies, devDependencies } = kit
  const { lesson, kit: run } = scripts
  return asText({
    name: 'background-tasks-workshop',
    version,
    license,
    private: true,
    type: 'module',
    engines,
    scripts: { lesson, kit: run },
    dependencies,
    devDependencies: Object.fromEntries(
      Object.entries(devDependencies).filter(([name]) => forTheEditor.test(name)),
    ),
  })
}

/** Optional packages are built for one system. This workspace is the same on all of them. */
export const bunfig = `[install]
auto = "disable"
exact = true
linker = "hoisted"
optional = false

[fmt]
printWidth = 100
semi = false
singleQuote = true
arrowParens = "always"
sortImports = true

[run]
silent = true
`

/** An editor looks for plugins beside its TypeScript. So it is asked to take the one that is here. */
export const editorSettings = asText({
  'typescript.tsdk': 'node_modules/typescript/lib',
  'typescript.enablePromptUseWorkspaceTsdk': true,
})

export const readme = `# Background tasks: your workspace

All that the workshop needs is in this folder: no network, and nothing to install.

\`\`\`sh
./kit work 1         # the first exercise: run and checked at each save
./kit                # the lessons, and what to type next
./bun run lesson 1   # the finished lesson, from these files
./bun test           # the checks, over the solutions
./bun check          # types
\`\`\`

\`./bun\` is Bun, out of the same file as \`./kit\`. Each lesson is a folder in \`lessons/\` with a page to read, README.md.
The library that the lessons use is in \`core/\`. An app of your own, as \`app.ts\` in this folder, finds it under its name:

\`\`\`ts
import { background } from 'bun-background-tasks'
\`\`\`

\`./bun app.ts\` runs it, \`./kit watch app.ts\` shows what it does, and \`./bun check\` checks its types.

If Visual Studio Code asks whether it may use the TypeScript of this folder, allow it: it then marks text that a visitor
wrote and that goes into a page unescaped.
`

function asText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
