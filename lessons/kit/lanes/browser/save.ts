/** The picture as a file of its own: patterns and colours in it, nothing of the page needed. */

const space = 'http://www.w3.org/2000/svg'
const xmlSpace = 'http://www.w3.org/XML/1998/namespace'
const properties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'opacity',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
]

/** All pictures of the plot, one under the other, as the text of an SVG file. */
export function asSvg(section: Element): string {
  const file = document.createElementNS(space, 'svg')
  const patterns = section.querySelector('.patterns defs')
  if (patterns) file.append(resolved(patterns))
  const ground = document.createElementNS(space, 'rect')
  file.append(ground)
  let [top, widest] = [0, 0]
  for (const picture of section.querySelectorAll<SVGSVGElement>('.plot svg')) {
    const box = picture.viewBox.baseVal
    const [width, height] = box?.width
      ? [box.width, box.height]
      : [picture.width.baseVal.value, picture.height.baseVal.value]
    const group = document.createElementNS(space, 'g')
    group.setAttribute('transform', `translate(0 ${top})`)
    for (const child of picture.children)
      if (child.getAttribute('class') !== 'targets') group.append(resolved(child))
    file.append(group)
    top += height
    widest = Math.max(widest, width)
  }
  ground.setAttribute('width', String(widest))
  ground.setAttribute('height', String(top))
  ground.setAttribute('fill', getComputedStyle(section).backgroundColor)
  file.setAttribute('viewBox', `0 0 ${widest} ${top}`)
  file.setAttribute('width', String(widest))
  file.setAttribute('height', String(top))
  return new XMLSerializer().serializeToString(file)
}

/** A copy whose look is in its own attributes. */
function resolved(original: Element): Element {
  const copy = original.cloneNode(false) as Element
  const style = getComputedStyle(original)
  for (const property of properties) {
    const value = style.getPropertyValue(property)
    // An address in a style is absolute in some browsers; in a file it is its own.
    if (value !== '')
      copy.setAttribute(property, value.replace(/url\("?[^#"]*(#[^)"]*)"?\)/, 'url($1)'))
  }
  // Two blanks are not one; no attribute of SVG's own says that.
  if (copy.localName === 'text') copy.setAttributeNS(xmlSpace, 'xml:space', 'preserve')
  for (const name of ['class', 'aria-hidden', 'data-key', 'role']) copy.removeAttribute(name)
  for (const child of original.childNodes)
    copy.append(child instanceof Element ? resolved(child) : child.cloneNode())
  return copy
}

export function download(text: string, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
