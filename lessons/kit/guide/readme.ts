/**
 * A lesson's README as HTML. It is the same file that GitHub and an editor show; here, what it names of the lesson's code
 * leads to the code beside it. HTML in it stays text.
 */
import { posix } from 'node:path'

import type { Prediction } from '../../index'
import type { SourceFile } from './sources'

/** A README in front of its prediction and behind it, and what it asks. */
export type Readme = {
  before: string
  asked: Pick<Prediction, 'question' | 'options'>
  after: string
}

/** Takes the first prediction out of a README: the guide has a form in its place. */
export function splitReadme(markdown: string): Readme {
  const asking = /^\*\*Predict\.\*\* (.+)\n\n((?:- .+\n)+)/m.exec(markdown)
  if (!asking) return { before: markdown, asked: { question: '', options: [] }, after: '' }
  const [all, question = '', list = ''] = asking
  const options = list
    .trim()
    .split('\n')
    .map((line) => line.replace('- ', ''))
  return {
    before: markdown.slice(0, asking.index),
    asked: { question, options },
    after: markdown.slice(asking.index + all.length),
  }
}

/** What a README asks of its reader in the exercise, without the command that stands below it. */
export function exerciseIn(markdown: string): string {
  return /^\*\*Exercise\.\*\* (.+)\n/m.exec(markdown)?.[1]?.replace(/:$/, '.') ?? ''
}

/** `files` are those that the guide shows: links lead to them. */
export function renderMarkdown(markdown: string, files: readonly SourceFile[]): string {
  const find = (code: string) => addressOf(code, files)
  return Bun.markdown.render(
    markdown,
    {
      heading: (html, { level }) =>
        `<h${Math.min(level + 1, 6)}>${html}</h${Math.min(level + 1, 6)}>\n`,
      paragraph: (html) => `<p>${html}</p>\n`,
      blockquote: (html) => `<blockquote>${html}</blockquote>\n`,
      code: (html) => `<pre class="out">${html.trimEnd()}</pre>\n`,
      list: (html, { ordered }) => (ordered ? `<ol>${html}</ol>\n` : `<ul>${html}</ul>\n`),
      listItem: (html) => `<li>${html}</li>`,
      hr: () => '<hr>\n',
      table: (html) => `<div class="wide"><table>${html}</table></div>\n`,
      thead: (html) => `<thead>${html}</thead>`,
      tbody: (html) => `<tbody>${html}</tbody>`,
      tr: (html) => `<tr>${html}</tr>`,
      th: (html) => `<th scope="col">${html}</th>`,
      td: (html) => `<td>${html}</td>`,
      strong: (html) => `<strong>${html}</strong>`,
      emphasis: (html) => `<em>${html}</em>`,
      strikethrough: (html) => `<del>${html}</del>`,
      codespan: (html) => link(`<code>${html}</code>`, find(unescaped(html))),
      link: (html, { href }) => link(html.replaceAll(/<\/?a\b[^>]*>/g, ''), target(href, files)),
      image: () => '',
      text: (text) => Bun.escapeHTML(text),
    },
    { noHtmlBlocks: true, noHtmlSpans: true },
  )
}

type Address = { href: string; isOutside?: boolean }

function link(html: string, address: Address | undefined): string {
  if (!address) return html
  const more = address.isOutside ? ' target="_blank" rel="noopener noreferrer"' : ''
  return `<a href="${Bun.escapeHTML(address.href)}"${more}>${html}</a>`
}

/** Where what stands in backticks is: a file of the lesson, or something that one of them declares. */
function addressOf(code: string, files: readonly SourceFile[]): Address | undefined {
  const named = files.find(({ name }) => name === code)
  if (named) return { href: `#${named.id}` }
  const [, module, name] = /^(?:(\w+)\.)?(\w+)$/.exec(code) ?? []
  if (!name) return undefined
  const declaration = new RegExp(`^(?:export )?(?:async )?(?:function|class|const|type) ${name}\\b`)
  for (const file of files) {
    if (module && posix.parse(file.name).name !== module) continue
    const line = file.text.split('\n').findIndex((text) => declaration.test(text))
    if (line !== -1) return { href: `#${file.id}-L${line + 1}` }
  }
  return undefined
}

/** Where a link of a README leads: lines of a file are beside it, other pages open in a tab of their own. */
function target(href: string, files: readonly SourceFile[]): Address | undefined {
  if (/^https?:\/\//.test(href)) return { href, isOutside: true }
  const [path = '', lines = ''] = href.split('#')
  const name = path.replace(/^(\.\.?\/)+/, '')
  // From a lesson, ../ is where lessons share files.
  const file = files.find((one) => one.name === name || one.name === `lessons/${name}`)
  return file && { href: `#${file.id}${lines ? `-${lines}` : ''}` }
}

function unescaped(html: string): string {
  return html.replaceAll(/&(lt|gt|amp|quot|#x27|#39);/g, ' ')
}
