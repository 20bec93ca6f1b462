/** What the lanes show, put on the page. */
import type { Scene } from '../scene'
import { requestAsText, sceneAsText } from '../text'
import { details } from './details'
import { idOf } from './draw'
import { patch } from './elements'
import { type Frame, skeleton } from './frame'
import { Memory } from './layout'
import { legend } from './legend'
import { textMeasure } from './measure'
import { patterns } from './patterns'
import { drawPlot, type Mode, pollNote } from './plot'
import type { State } from './state'
import { tools } from './tools'
import { present, requestKey, type View, wide, zoomSteps } from './view'

const narrowPage = matchMedia('(max-width: 720px)')

export class Screen {
  readonly frame: Frame
  readonly memory = new Memory()
  private readonly measure = textMeasure()
  readonly isPresent: boolean

  constructor(private readonly section: HTMLElement) {
    this.isPresent = section.dataset.present !== undefined
    this.frame = skeleton(section)
    patch(this.frame.patterns, [patterns()])
  }

  mode({ isFit }: State): Mode {
    if (narrowPage.matches && !this.isPresent) return 'cards'
    return isFit ? 'request' : 'timeline'
  }

  /** Undefined while there is no place to draw on. */
  view({ zoom, focus }: State, now: number, proofs: ReadonlyMap<string, number>): View | undefined {
    const { measure, isPresent } = this
    const room = this.frame.plot.parentElement?.clientWidth ?? 0
    if (room < 50) return undefined
    return {
      width: isPresent ? 1_280 : room,
      sizes: isPresent ? present : wide,
      measure,
      now,
      zoom,
      proofs,
      ...(focus === undefined ? {} : { focus }),
    }
  }

  /** `pointed`: the mark that is under the pointer, or has focus. */
  draw(scene: Scene, view: View, state: State, pointed: string | undefined): void {
    const { frame } = this
    const mode = this.mode(state)
    const isEmpty = mode === 'cards' ? !scene.requests.length : scene.now === 0
    this.drawTools(mode, state)
    frame.empty.hidden = !isEmpty && scene.requests.length + scene.jobs.length > 0
    const wasText = !frame.text.hidden
    frame.text.hidden = !state.isText || isEmpty
    frame.plot.hidden = state.isText || isEmpty
    frame.note.hidden = mode !== 'cards' || state.isText
    frame.legend.hidden = state.isText || isEmpty
    this.section.classList.toggle('cards', mode === 'cards')
    if (!isEmpty && state.isText) this.drawText(scene, view, state, wasText)
    else if (!isEmpty) this.drawPlot(mode, scene, view, state)
    patch(frame.details, details(scene, pointed, view.now))
    frame.details.classList.toggle('idle', pointed === undefined)
  }

  /** All of it; where a request fits the picture, that one. */
  private drawText(
    scene: Scene,
    { width, now }: View,
    { isFit, focus }: State,
    wasThere: boolean,
  ): void {
    const { text } = this.frame
    const columns = Math.max(30, Math.floor((width - 40) / 8))
    const key = isFit && focus !== undefined ? requestKey(focus) : undefined
    const one = scene.requests.find((request) => request.key === key)
    const options = { colour: false, now }
    const said = one ? requestAsText(one, columns, options) : sceneAsText(scene, columns, options)
    // The newest is last. Who has scrolled up is reading.
    const isAtEnd = text.scrollTop + text.clientHeight > text.scrollHeight - 30
    if (text.textContent !== said) text.textContent = said
    if (isAtEnd || !wasThere) text.scrollTop = text.scrollHeight
  }

  private drawPlot(mode: Mode, scene: Scene, view: View, { focus, showsPolls }: State): void {
    const { plot, legend: list, note } = this.frame
    const { nodes, kinds, targets } = drawPlot(mode, scene, view, this.memory, showsPolls)
    patch(plot, nodes)
    // A list without anything in it is none.
    plot.setAttribute('role', targets ? 'listbox' : 'group')
    const active = focus === undefined ? null : document.getElementById(idOf(focus))
    if (active) plot.setAttribute('aria-activedescendant', active.id)
    else plot.removeAttribute('aria-activedescendant')
    patch(list, legend(kinds))
    if (mode === 'cards') patch(note, pollNote(scene, showsPolls))
  }

  private drawTools(mode: Mode, { isPaused, isFollowing, isText, zoom }: State): void {
    const nodes = tools({
      isPaused,
      isFollowing,
      isFit: mode === 'request',
      isText,
      isNarrow: mode === 'cards',
      zoom,
      isNearest: zoom === zoomSteps[0],
      isFurthest: zoom === zoomSteps.at(-1),
    })
    patch(this.frame.tools, nodes)
  }
}
