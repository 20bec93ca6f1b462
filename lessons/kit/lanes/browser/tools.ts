/** The buttons over the lanes. */
import { element, type Node } from './elements'

export type Action = 'pause' | 'follow' | 'clear' | 'out' | 'in' | 'fit' | 'text' | 'save' | 'polls'

export type ToolState = {
  isPaused: boolean
  isFollowing: boolean
  isFit: boolean
  isText: boolean
  isNarrow: boolean
  zoom: number
  isNearest: boolean
  isFurthest: boolean
}

export function tools(state: ToolState): Node[] {
  const { isPaused, isFollowing, isFit, isText, isNarrow, zoom, isNearest, isFurthest } = state
  const hasZoom = !isNarrow && !isFit && !isText
  return [
    element('h2', {}, 'Lanes'),
    button('pause', isNarrow ? 'Pause' : '❚❚ Pause', isPaused),
    button('follow', 'Follow', isFollowing),
    button('clear', 'Clear'),
    ...(hasZoom
      ? [
          button('out', '−', undefined, 'Zoom out', isFurthest),
          element('output', {}, `${wordsOf(zoom)} wide`),
          button('in', '+', undefined, 'Zoom in', isNearest),
        ]
      : []),
    ...(isNarrow ? [] : [button('fit', 'Fit request', isFit)]),
    element('span', { class: 'gap' }),
    button('text', 'As text', isText),
    button('save', isNarrow ? 'Save SVG' : 'Save as SVG', undefined, undefined, isText),
  ]
}

function button(
  action: Action,
  text: string,
  isPressed?: boolean,
  label?: string,
  isDisabled = false,
): Node {
  return element(
    'button',
    {
      type: 'button',
      'data-do': action,
      'aria-pressed': isPressed === undefined ? undefined : String(isPressed),
      'aria-label': label,
      disabled: isDisabled,
    },
    text,
  )
}

function wordsOf(zoom: number): string {
  if (zoom < 1_000) return '0.5 s'
  return zoom < 60_000 ? `${zoom / 1_000} s` : `${zoom / 60_000} min`
}
