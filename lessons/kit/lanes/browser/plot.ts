/** The picture in its place: the timeline, the request view, or cards. */
import { endOf, isOpen, type Scene, type SceneRequest } from '../scene'
import { card } from './card'
import { compare, lastTwo } from './compare'
import { drawLayer } from './draw'
import { element, type Node } from './elements'
import { layout, type Memory } from './layout'
import type { Kind, Layer, Picture } from './picture'
import { narrow, requestKey, type Sizes, type View } from './view'

export type Mode = 'timeline' | 'request' | 'cards'

const mostCards = 14
/** Rows of tasks on all cards: what is drawn has a bound. */
const mostRows = 36

export type Plot = { nodes: Node[]; kinds: ReadonlySet<Kind>; targets: number }

export function drawPlot(
  mode: Mode,
  scene: Scene,
  view: View,
  memory: Memory,
  showsPolls: boolean,
): Plot {
  if (mode === 'cards') return drawCards(scene, view, showsPolls)
  const focus = view.focus === undefined ? undefined : requestKey(view.focus)
  const picture =
    mode === 'timeline'
      ? layout(scene, view, memory)
      : compare(scene, lastTwo(scene.requests, focus), view)
  const isScaled = view.sizes.font > 16
  return {
    nodes: [
      element('div', { class: 'head' }, picturePart(picture.head, picture, view.sizes, isScaled)),
      element('div', { class: 'scroll' }, picturePart(picture.body, picture, view.sizes, isScaled)),
    ],
    kinds: picture.kinds,
    targets: picture.body.targets.length,
  }
}

function picturePart(
  layer: Layer,
  { width, left }: Picture,
  sizes: Sizes,
  isScaled: boolean,
): Node {
  const height = Math.ceil(layer.height)
  const size = isScaled ? { viewBox: `0 0 ${width} ${height}` } : { width, height }
  return element('svg', { ...size, role: 'presentation' }, ...drawLayer(layer, width, left, sizes))
}

/** Newest first. */
function drawCards(scene: Scene, view: View, showsPolls: boolean): Plot {
  const kinds = new Set<Kind>()
  let targets = 0
  const requests = scene.requests.filter(({ isPoll }) => showsPolls || !isPoll)
  const shown = newest(requests)
  const cards = shown.map((request) => {
    const picture = card(scene, request, { ...view, sizes: narrow, width: view.width - 24 })
    for (const kind of picture.kinds) kinds.add(kind)
    targets += picture.body.targets.length
    return element(
      'div',
      { class: 'card' },
      element('small', { 'aria-hidden': 'true' }, ageOf(request, view.now)),
      picturePart(picture.body, picture, narrow, false),
    )
  })
  const older = requests.length - shown.length
  const more =
    older > 0 &&
    element('p', { class: 'quiet' }, `${older.toLocaleString('en')} older requests: see "As text".`)
  return { nodes: [...cards, ...(more ? [more] : [])], kinds, targets }
}

function newest(requests: readonly SceneRequest[]): SceneRequest[] {
  let rows = 0
  return requests
    .slice(-mostCards)
    .toReversed()
    .filter(({ tasks }, index) => {
      rows += 1 + tasks.length
      return index === 0 || rows <= mostRows
    })
}

function ageOf(request: SceneRequest, now: number): string {
  if (isOpen(request)) return 'now'
  const seconds = Math.floor((now - endOf(request, now)) / 1_000)
  return seconds < 120 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`
}

/** Under cards: what is folded, and a way to see it. */
export function pollNote(scene: Scene, showsPolls: boolean): Node[] {
  const count = scene.polls.reduce((sum, { times }) => sum + times.length, 0)
  if (!count) return []
  const what =
    scene.polls.length === 1
      ? `${scene.polls[0]?.method} ${scene.polls[0]?.path}`
      : `${scene.polls.length} addresses`
  const said = showsPolls ? 'are shown' : 'are folded'
  return [
    element('span', { class: 'quiet' }, `${count} polls of ${what} ${said}. `),
    element('button', { type: 'button', 'data-do': 'polls' }, showsPolls ? 'Fold' : 'Show'),
  ]
}
