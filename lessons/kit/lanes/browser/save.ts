/** The picture as a file of its own: patterns and colours in it, nothing of the page needed. */

const space = 'http://www.w3.org/2000/svg'
const xmlSpace = 'http://www.w3.org/XML/1998/namespace'
/** What makes the look, as it is where nobody says anything. All but the opacity is handed down to the parts. */
const unsaid = {
  fill: 'rgb(0, 0, 0)',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-dasharray': 'none',
  'stroke-linejoin': 'miter',
  'stroke-linecap': 'butt',
  opacity: '1',
  'paint-order': 'normal',
  'font-family': '',
  'font-size': '',
  'font-weight': '400',
  'text-anchor': 'start',
}
type Look = Record<keyof typeof unsaid, string>
const properties = Object.keys(unsaid) as (keyof Look)[]

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
      if (child.childElementCount && child.getAttribute('class') !== 'targets')
        group.append(resolved(child))
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

/** A copy whose look is in its own attributes, but for what is handed down to it. */
function resolved(original: Element, around: Look = unsaid): Element {
  const copy = original.cloneNode(false) as Element
  const style = getComputedStyle(original)
  const look: Look = { ...around }
  for (const property of properties) {
    // An address in a style is absolute in some browsers; in a file it is its own.
    const value = style.getPropertyValue(property).replace(/url\("?[^#"]*(#[^)"]*)"?\)/, 'url($1)')
    if (value === look[property] && !copy.hasAttribute(property)) continue
    copy.setAttribute(property, value)
    if (property !== 'opacity') look[property] = value
  }
  // Two blanks are not one; no attribute of SVG's own says that.
  if (copy.localName === 'text') copy.setAttributeNS(xmlSpace, 'xml:space', 'preserve')
  for (const name of ['class', 'aria-hidden', 'data-key', 'role']) copy.removeAttribute(name)
  for (const child of original.childNodes)
    copy.append(child instanceof Element ? resolved(child, look) : child.cloneNode())
  return copy
}

export function download(text: string, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
