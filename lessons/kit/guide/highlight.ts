/**
 * Source text in colours, a string of HTML for each line. Prism reads it: of the small highlighters it is the one that
 * reads our JSX right (sugar-high 2.4.1 takes all behind `<TaskList />)` in lesson 3 for text, highlight.js 11.12 leaves
 * what stands in braces without colours), and it gives tokens, so that the HTML is ours.
 */
import { Prism } from './prism'
// They add their languages to Prism and export nothing.
/* oxlint-disable import/no-unassigned-import */
import 'prismjs/components/prism-typescript'
import 'prismjs/components/prism-jsx'
import 'prismjs/components/prism-tsx'

/** Prism's kinds of token, and the class that we give them. What is not here has the colour of the text. */
const classes = new Map([
  ['keyword', 'key'],
  ['boolean', 'key'],
  ['string', 'str'],
  ['template-punctuation', 'str'],
  ['attr-value', 'str'],
  ['regex', 'str'],
  ['comment', 'note'],
  ['function', 'call'],
  ['function-variable', 'call'],
  ['class-name', 'call'],
])
const plain = new Set(['interpolation', 'plain-text', 'script'])
const grammars: Record<string, Prism.Grammar | undefined> = {
  tsx: Prism.languages.tsx,
  ts: Prism.languages.typescript,
  js: Prism.languages.javascript,
  html: Prism.languages.markup,
}
const known = new Map<string, { text: string; lines: string[] }>()

/** The lines of a file as HTML. A file is read again only when its text has changed. */
export function highlight(path: string, text: string): string[] {
  const before = known.get(path)
  if (before?.text === text) return before.lines
  const lines = linesOf(tokensOf(text.replace(/\n$/, ''), path.slice(path.lastIndexOf('.') + 1)))
  known.set(path, { text, lines })
  return lines
}

function tokensOf(text: string, language: string): Prism.TokenStream {
  const grammar = grammars[language]
  if (!grammar) return text
  const tokens = Prism.tokenize(text, grammar)
  // Here JSX tells the text between its tags from code.
  Prism.hooks.run('after-tokenize', { tokens, language })
  return tokens
}

/** Tokens are nested and go over ends of lines; lines are not, and do not. */
function linesOf(tokens: Prism.TokenStream): string[] {
  const lines: string[] = ['']
  const write = (stream: Prism.TokenStream, name: string | undefined): void => {
    if (Array.isArray(stream)) for (const token of stream) write(token, name)
    else if (typeof stream === 'object') write(stream.content, nameOf(stream) ?? name)
    else
      for (const [index, part] of stream.split('\n').entries()) {
        if (index > 0) lines.push('')
        lines.push(`${lines.pop() ?? ''}${span(part, name)}`)
      }
  }
  write(tokens, undefined)
  return lines
}

function nameOf({ type, alias }: Prism.Token): string | undefined {
  if (plain.has(type) || alias === 'attr-equals') return ''
  return classes.get(type) ?? (typeof alias === 'string' ? classes.get(alias) : undefined)
}

function span(text: string, name: string | undefined): string {
  const html = Bun.escapeHTML(text)
  return name && text.trim() ? `<span class="${name}">${html}</span>` : html
}
