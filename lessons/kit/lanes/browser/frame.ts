/** The parts of the section: made once, filled again and again. */

export type Frame = {
  tools: HTMLElement
  plot: HTMLElement
  text: HTMLElement
  empty: HTMLElement
  note: HTMLElement
  details: HTMLElement
  legend: HTMLElement
  status: HTMLElement
  patterns: HTMLElement
}

export function skeleton(section: HTMLElement): Frame {
  const tools = part('div', 'tools', { role: 'toolbar', 'aria-label': 'Lanes' })
  const plot = part('div', 'plot', {
    tabindex: '0',
    'aria-label': 'Requests and their tasks. Arrow keys lead from one to the next.',
  })
  const text = part('pre', 'as-text', { tabindex: '0', 'aria-label': 'Lanes as text' })
  const empty = part('p', 'empty quiet')
  empty.textContent = 'No request yet. Use the app, and see here what its server does.'
  const note = part('p', 'note')
  const picture = part('div', 'picture')
  picture.append(plot, text, empty, note)
  const details = part('aside', 'details', { 'aria-label': 'Details' })
  const stage = part('div', 'stage')
  stage.append(picture, details)
  const legend = part('ul', 'legend', { 'aria-label': 'Legend' })
  const status = part('p', 'unseen', { role: 'status' })
  const patterns = part('div', 'no-size')
  section.replaceChildren(patterns, tools, stage, legend, status)
  return { tools, plot, text, empty, note, details, legend, status, patterns }
}

function part(tag: string, name: string, attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement(tag)
  made.className = name
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  return made
}
