/** The lanes of a page: drawn when something has changed, and many times a second only while time is seen to flow. */
import type { Scene } from '../scene'
import { endOf } from '../scene'
import { sceneAsText } from '../text'
import { Announcer } from './announce'
import { details, find } from './details'
import { idOf } from './draw'
import { patch } from './elements'
import { moves } from './focus'
import { type Frame, skeleton } from './frame'
import { Memory } from './layout'
import { legend } from './legend'
import { textMeasure } from './measure'
import { patterns } from './patterns'
import { drawPlot, type Mode, pollNote } from './plot'
import { asSvg, download } from './save'
import { keyOfShow, placesOf, type Show } from './show'
import { State } from './state'
import { Stream } from './stream'
import { type Action, tools } from './tools'
import { present, type View, wide, zoomSteps } from './view'

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
const narrowPage = matchMedia('(max-width: 720px)')
/** Between two pictures, in milliseconds. */
const flowing = 33
const still = 1_000

export class Lanes {
  private readonly state = new State()
  private readonly frame: Frame
  private readonly stream: Stream
  private readonly measure = textMeasure()
  private readonly memory = new Memory()
  private readonly announcer: Announcer
  private readonly isPresent: boolean
  private marks: readonly Show[] = []
  private proofs: ReadonlyMap<string, number> = new Map()
  private hover: string | undefined
  private asked: Show | undefined
  private isScheduled = false
  private isWaiting = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private drawnAt = -Infinity

  constructor(
    private readonly section: HTMLElement,
    source: EventSource,
  ) {
    this.isPresent = section.dataset.present !== undefined
    this.state.isFit = this.isPresent
    this.frame = skeleton(section)
    this.announcer = new Announcer((text) => (this.frame.status.textContent = text))
    // What is paused need not be drawn as often as something happens.
    this.stream = new Stream(source, (isMore) => {
      if (isMore && this.state.isFollowing) this.schedule()
      else if (isMore && !this.isWaiting) this.again(still)
    })
    patch(this.frame.patterns, [patterns()])
    this.listen()
    this.draw()
  }

  /** Leads to a mark, now or when it is there. */
  show(what: Show): void {
    this.asked = what
    this.schedule()
  }

  /** Numbers marks, as a page beside the lanes does. */
  number(marks: readonly Show[]): void {
    this.marks = marks
    this.proofs = new Map()
    this.schedule()
  }

  /** A mark has its number once it is there. */
  private findMarks(scene: Scene): void {
    if (this.proofs.size === this.marks.length) return
    const found = this.marks.flatMap((mark, index) => {
      const key = keyOfShow(mark, scene, this.proofs)
      return key === undefined ? [] : [[key, index + 1] as const]
    })
    if (found.length === this.proofs.size) return
    this.proofs = new Map(found)
    this.memory.clear()
  }

  private listen(): void {
    const { tools: toolbar, plot, note, details: aside } = this.frame
    for (const part of [toolbar, note])
      part.addEventListener('click', (event) => {
        const pressed = event.target instanceof Element ? event.target.closest('[data-do]') : null
        if (pressed) this.act(pressed.getAttribute('data-do') as Action)
      })
    plot.addEventListener('keydown', (event) => this.press(event))
    plot.addEventListener('click', ({ target }) => this.setFocus(keyAt(target)))
    plot.addEventListener('pointerover', ({ target }) => this.setHover(keyAt(target)))
    plot.addEventListener('pointerleave', () => this.setHover(undefined))
    aside.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('[data-place]')) this.tellPlace()
    })
    new ResizeObserver(() => this.schedule()).observe(this.section)
    for (const query of [narrowPage, reducedMotion])
      query.addEventListener('change', () => this.schedule())
  }

  private act(action: Action): void {
    const { state, stream } = this
    switch (action) {
      case 'pause':
        state.pause(stream.now)
        break
      case 'follow':
        state.follow()
        break
      case 'clear':
        stream.clear()
        this.memory.clear()
        state.follow()
        this.section.dispatchEvent(new CustomEvent('lanes:clear', { bubbles: true }))
        break
      case 'out':
        state.zoomBy(1)
        break
      case 'in':
        state.zoomBy(-1)
        break
      case 'fit':
        state.fit()
        break
      case 'text':
        state.isText = !state.isText
        break
      case 'polls':
        state.showsPolls = !state.showsPolls
        break
      case 'save':
        download(asSvg(this.section), 'lanes.svg')
        return
    }
    this.schedule()
  }

  private press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const { state } = this
    const move = moves[event.key]
    if (move) this.setFocus(state.move(this.stream.builder.scene, move, this.stream.now))
    else if (event.key === ' ') this.act('pause')
    else if (event.key === '+' || event.key === '=') this.act('in')
    else if (event.key === '-') this.act('out')
    else if (event.key === 'Enter') state.isFit = true
    else if (event.key === 'Escape' && state.isFit) state.isFit = false
    else if (event.key === 'Escape') this.setFocus(undefined)
    else return
    event.preventDefault()
    this.schedule()
  }

  private setFocus(key: string | undefined): void {
    const { scene } = this.stream.builder
    this.state.setFocus(key, scene, this.stream.now)
    this.draw()
    const found = key === undefined ? undefined : find(scene, key)
    if (key === undefined || !found) return
    if (!document.getElementById(idOf(key))) {
      this.state.goBackTo(endOf(found.request, this.stream.now), this.stream.now)
      this.draw()
    }
    document.getElementById(idOf(key))?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    this.tellPlace()
  }

  private setHover(key: string | undefined): void {
    if (key === this.hover) return
    this.hover = key
    this.schedule()
    this.tellPlace()
  }

  /** To what shows source files: where the task of the mark was added. */
  private tellPlace(): void {
    const key = this.hover ?? this.state.focus
    const place = key === undefined ? undefined : placesOf(this.stream.builder.scene, key)
    if (place) document.dispatchEvent(new CustomEvent('lanes:place', { detail: place }))
  }

  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    this.isWaiting = false
    clearTimeout(this.timer)
    requestAnimationFrame((now) => {
      this.isScheduled = false
      const wait = this.drawnAt + flowing - now
      if (wait > 4) this.again(wait)
      else {
        this.drawnAt = now
        this.draw()
      }
    })
  }

  private again(wait: number): void {
    clearTimeout(this.timer)
    this.isWaiting = true
    this.timer = setTimeout(() => this.schedule(), wait)
  }

  private draw(): void {
    const all = this.stream.builder.scene
    this.findMarks(all)
    this.answer(all)
    const { state, frame } = this
    const mode = this.modeOf()
    const now = state.until ?? this.stream.now
    const view = this.viewOf(now)
    if (view.width < 50) return // not displayed
    if (mode === 'timeline') state.chooseZoom(all, view)
    const scene = state.shown(all)
    this.drawTools(mode)
    this.drawPicture(mode, scene, { ...view, zoom: state.zoom })
    patch(frame.details, details(scene, this.hover ?? state.focus, now))
    frame.details.classList.toggle('idle', (this.hover ?? state.focus) === undefined)
    this.announcer.watch(all, this.stream.since)
    const flows = state.flows(scene, now) && this.stream.lostAt === undefined
    if (flows && !reducedMotion.matches) this.schedule()
    else if (state.isFollowing) this.again(still)
  }

  private drawPicture(mode: Mode, scene: Scene, view: View): void {
    const { frame, state } = this
    const isEmpty = mode === 'cards' ? !scene.requests.length : scene.now === 0
    frame.empty.hidden = !isEmpty
    frame.text.hidden = !state.isText || isEmpty
    frame.plot.hidden = state.isText || isEmpty
    frame.note.hidden = mode !== 'cards' || state.isText
    frame.legend.hidden = state.isText || isEmpty
    this.section.classList.toggle('cards', mode === 'cards')
    if (isEmpty) return
    if (state.isText) {
      const text = sceneAsText(scene, Math.max(30, Math.floor((view.width - 40) / 8)), {
        colour: false,
        now: view.now,
      })
      if (frame.text.textContent !== text) frame.text.textContent = text
      return
    }
    const { nodes, kinds, targets } = drawPlot(mode, scene, view, this.memory, state.showsPolls)
    patch(frame.plot, nodes)
    // A list without anything in it is none.
    frame.plot.setAttribute('role', targets ? 'listbox' : 'group')
    const active = state.focus === undefined ? null : document.getElementById(idOf(state.focus))
    if (active) frame.plot.setAttribute('aria-activedescendant', active.id)
    else frame.plot.removeAttribute('aria-activedescendant')
    patch(frame.legend, legend(kinds))
    if (mode === 'cards') patch(frame.note, pollNote(scene, state.showsPolls))
  }

  private drawTools(mode: Mode): void {
    const { isPaused, isFollowing, isText, zoom } = this.state
    patch(
      this.frame.tools,
      tools({
        isPaused,
        isFollowing,
        isFit: mode === 'request',
        isText,
        isNarrow: mode === 'cards',
        zoom,
        isNearest: zoom === zoomSteps[0],
        isFurthest: zoom === zoomSteps.at(-1),
      }),
    )
  }

  private modeOf(): Mode {
    if (narrowPage.matches && !this.isPresent) return 'cards'
    return this.state.isFit ? 'request' : 'timeline'
  }

  private viewOf(now: number): View {
    const { state, proofs, stream, measure } = this
    const lost = stream.lostAt
    const seconds = lost === undefined ? 0 : Math.floor((Date.now() - lost) / 1_000)
    return {
      width: this.isPresent ? 1_280 : (this.frame.plot.parentElement?.clientWidth ?? 0),
      sizes: this.isPresent ? present : wide,
      measure,
      now,
      zoom: state.zoom,
      proofs,
      ...(state.focus === undefined ? {} : { focus: state.focus }),
      ...(lost === undefined
        ? state.isFollowing
          ? {}
          : { nowSays: state.isPaused ? 'paused' : 'not following' }
        : { nowSays: `not connected since ${seconds} s` }),
    }
  }

  /** A mark that somebody asked for is shown once it is there. */
  private answer(scene: Scene): void {
    if (!this.asked) return
    const key = keyOfShow(this.asked, scene, this.proofs)
    if (key === undefined || !find(scene, key)) return
    this.asked = undefined
    this.state.isText = false
    this.setFocus(key)
    this.section.scrollIntoView({ block: 'nearest' })
  }
}

function keyAt(target: EventTarget | null): string | undefined {
  return target instanceof Element
    ? (target.closest('[data-key]')?.getAttribute('data-key') ?? undefined)
    : undefined
}
