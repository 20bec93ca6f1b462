/** The lanes of a page: they follow the events, and do what buttons, keys and other parts of the page ask for. */
import type { Scene, SceneRequest } from '../scene'
import { Announcer } from './announce'
import { Clockwork } from './clockwork'
import { lastTwo } from './compare'
import { Discs } from './discs'
import { idOf } from './draw'
import { moves } from './focus'
import { asSvg, download } from './save'
import { Screen } from './screen'
import { endOfMark, keyOfShow, placeOf, type Show } from './show'
import { State } from './state'
import { Stream } from './stream'
import type { Action } from './tools'
import { requestKey } from './view'

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')

export class Lanes {
  private readonly state = new State()
  private readonly screen: Screen
  private readonly stream: Stream
  private readonly clockwork = new Clockwork(() => this.draw())
  private readonly announcer: Announcer
  private readonly discs = new Discs()
  private hover: string | undefined
  private asked: Show | undefined

  constructor(private readonly section: HTMLElement) {
    this.state.isFit = section.dataset.present !== undefined
    this.screen = new Screen(section)
    const { status } = this.screen.frame
    this.announcer = new Announcer((text) => (status.textContent = text))
    this.stream = new Stream(section, (isMore) => this.hear(isMore))
    this.listen()
    this.draw()
  }

  /** Leads to a mark, now or when it is there. */
  show(what: Show): void {
    this.asked = what
    this.clockwork.soon()
  }

  /** Gives marks numbers from 1, those of the discs that another part of the page shows. */
  number(marks: readonly Show[]): void {
    this.discs.number(marks)
    this.clockwork.soon()
  }

  private listen(): void {
    const { tools, plot, note, details } = this.screen.frame
    for (const part of [tools, note])
      part.addEventListener('click', ({ target }) => {
        const pressed = target instanceof Element ? target.closest('[data-do]') : null
        if (pressed) this.act(pressed.getAttribute('data-do') as Action)
      })
    plot.addEventListener('keydown', (event) => this.press(event))
    plot.addEventListener('click', ({ target }) => this.setFocus(keyAt(target)))
    plot.addEventListener('pointerover', ({ target }) => this.setHover(keyAt(target)))
    plot.addEventListener('pointerleave', () => this.setHover(undefined))
    details.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('[data-place]')) this.tellPlace()
    })
    new ResizeObserver(() => this.clockwork.soon()).observe(this.section)
    reducedMotion.addEventListener('change', () => this.clockwork.soon())
  }

  private hear(isMore: boolean): void {
    if (!isMore) return
    // A picture that stands still need not be drawn as often as something happens.
    if (this.state.isFollowing || this.asked) this.clockwork.soon()
    else this.clockwork.inASecond()
  }

  private act(action: Action): void {
    const { state, stream } = this
    const actions: Record<Action, () => void> = {
      pause: () => state.pause(stream.now),
      follow: () => state.follow(),
      clear: () => this.clear(),
      out: () => state.zoomBy(1),
      in: () => state.zoomBy(-1),
      fit: () => state.fit(),
      text: () => (state.isText = !state.isText),
      polls: () => (state.showsPolls = !state.showsPolls),
      save: () => this.save(),
    }
    actions[action]()
    this.clockwork.soon()
  }

  private clear(): void {
    this.stream.clear()
    this.screen.memory.clear()
    this.state.follow()
    this.section.dispatchEvent(new CustomEvent('lanes:clear', { bubbles: true }))
  }

  /** The timeline as it is seen; in the request view one request alone: that with focus, or the newest. */
  private save(): void {
    const { state, screen, section } = this
    if (screen.mode(state) === 'timeline') return download(asSvg(section), 'lanes.svg')
    const { requests } = state.shown(this.stream.builder.scene)
    const [one] = lastTwo(requests, state.focus && requestKey(state.focus)).slice(-1)
    this.draw(one)
    download(asSvg(section), 'request.svg')
    this.draw()
  }

  private press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const { state, stream } = this
    const move = moves[event.key]
    if (move) this.setFocus(state.move(stream.builder.scene, move, stream.now))
    else if (event.key === ' ') this.act('pause')
    else if (event.key === '+' || event.key === '=') this.act('in')
    else if (event.key === '-') this.act('out')
    else if (event.key === 'Enter') state.isFit = true
    else if (event.key === 'Escape' && state.isFit) state.isFit = false
    else if (event.key === 'Escape') this.setFocus(undefined)
    else return
    event.preventDefault()
    this.clockwork.soon()
  }

  private setFocus(key: string | undefined): void {
    const { state, stream } = this
    const { scene } = stream.builder
    this.hover = undefined // what was done last counts
    state.setFocus(key, scene, stream.now)
    this.draw()
    if (key === undefined) return
    const end = endOfMark(scene, key, stream.now)
    if (end !== undefined && !document.getElementById(idOf(key))) {
      state.goBackTo(end, stream.now)
      this.draw()
    }
    document.getElementById(idOf(key))?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    this.tellPlace()
  }

  private setHover(key: string | undefined): void {
    if (key === this.hover) return
    this.hover = key
    this.clockwork.soon()
    this.tellPlace()
  }

  /** To what shows source files: where the task of the mark was added. */
  private tellPlace(): void {
    const key = this.hover ?? this.state.focus
    const detail = key === undefined ? undefined : placeOf(this.stream.builder.scene, key)
    if (detail) document.dispatchEvent(new CustomEvent('lanes:place', { detail }))
  }

  /** `only`: this request, and no other. */
  private draw(only?: SceneRequest): void {
    const { state, stream, screen } = this
    const all = stream.builder.scene
    if (this.discs.find(all)) screen.memory.clear()
    this.answer(all)
    const now = state.until ?? stream.now
    const view = screen.view(state, now, this.discs.numbers)
    if (!view) return
    if (screen.mode(state) === 'timeline') state.chooseZoom(all, view)
    const shown = state.shown(all)
    const scene = only ? { ...shown, requests: [only] } : shown
    const nowSays = this.nowSays()
    const drawn = { ...view, zoom: state.zoom, ...(nowSays === undefined ? {} : { nowSays }) }
    screen.draw(scene, drawn, state, this.hover ?? state.focus)
    this.announcer.watch(all, stream.since)
    const flows = state.flows(scene, now) && stream.lostAt === undefined && !state.isText
    if (flows && !reducedMotion.matches) this.clockwork.flow(state.zoom)
    else if (state.isFollowing) this.clockwork.inASecond()
  }

  private nowSays(): string | undefined {
    const { lostAt } = this.stream
    if (lostAt !== undefined)
      return `not connected since ${Math.floor((Date.now() - lostAt) / 1_000)} s`
    if (this.state.isFollowing) return undefined
    return this.state.isPaused ? 'paused' : 'not following'
  }

  /** A mark that somebody asked for gets focus once it is there. */
  private answer(scene: Scene): void {
    if (!this.asked) return
    const key = keyOfShow(this.asked, scene, this.discs.numbers)
    if (key === undefined || endOfMark(scene, key, this.stream.now) === undefined) return
    this.asked = undefined
    this.state.isText = false
    this.setFocus(key)
    this.section.scrollIntoView({ block: 'nearest' })
  }
}

function keyAt(target: EventTarget | null): string | undefined {
  const mark = target instanceof Element ? target.closest('[data-key]') : null
  return mark?.getAttribute('data-key') ?? undefined
}
