/**
 * Elements as data, and the page brought in line with them: what is the same stays as it is, so that a picture can be drawn
 * anew many times a second. Text is text and nothing else; there is no way to give HTML.
 */
export type Attributes = Record<string, string | number | boolean | undefined>
export type Node = {
  tag: string
  attributes: Attributes
  children: readonly Node[]
  text?: string
}

const svgSpace = 'http://www.w3.org/2000/svg'
const drawn = new WeakMap<Element, Node>()

export function element(
  tag: string,
  attributes: Attributes = {},
  ...inside: (Node | string | false | undefined)[]
): Node {
  const texts = inside.filter((one) => typeof one === 'string')
  const children = inside.filter((one): one is Node => typeof one === 'object')
  return texts.length && !children.length
    ? { tag, attributes, children, text: texts.join('') }
    : { tag, attributes, children: inside.flatMap(nodeOf) }
}

function nodeOf(inside: Node | string | false | undefined): Node[] {
  if (typeof inside === 'string')
    return [{ tag: '#text', attributes: {}, children: [], text: inside }]
  return inside ? [inside] : []
}

/** Makes the children of `parent` what `nodes` say. */
export function patch(parent: Element, nodes: readonly Node[]): void {
  nodes.forEach((node, index) => {
    const old = parent.childNodes[index]
    const made = patchOne(parent, old, node)
    if (!old) parent.append(made)
    else if (made !== old) old.replaceWith(made)
  })
  while (parent.childNodes.length > nodes.length) parent.lastChild?.remove()
}

function patchOne(parent: Element, old: ChildNode | undefined, node: Node): ChildNode {
  if (node.tag === '#text') {
    if (!(old instanceof Text)) return document.createTextNode(node.text ?? '')
    if (old.data !== node.text) old.data = node.text ?? ''
    return old
  }
  const isSame = old instanceof Element && old.localName === node.tag
  const made = isSame ? old : create(parent, node.tag)
  const before = drawn.get(made)
  drawn.set(made, node)
  setAttributes(made, before?.attributes ?? {}, node.attributes)
  if (node.text === undefined) patch(made, node.children)
  else if (before?.text !== node.text) made.textContent = node.text
  return made
}

function create(parent: Element, tag: string): Element {
  const isSvg =
    tag === 'svg' || (parent.namespaceURI === svgSpace && parent.localName !== 'foreignObject')
  return isSvg ? document.createElementNS(svgSpace, tag) : document.createElement(tag)
}

function setAttributes(made: Element, before: Attributes, now: Attributes): void {
  for (const [name, value] of Object.entries(now)) {
    if (before[name] === value) continue
    if (value === undefined || value === false) made.removeAttribute(name)
    else made.setAttribute(name, value === true ? '' : String(value))
  }
  for (const name of Object.keys(before)) if (!(name in now)) made.removeAttribute(name)
}
