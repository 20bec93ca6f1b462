/** A picture as marks with places: what the layout makes and what is drawn. All lengths are pixels. */

export type Tone = 'ink' | 'quiet' | 'accent' | 'good' | 'bad' | 'busy'
export type Part = { text: string; tone: Tone; weight: 400 | 600 | 700 }
export type BarState = 'request' | 'running' | 'succeeded' | 'failed' | 'skipped'

export type Box = { x: number; y: number; width: number; height: number }

export type Bar = Box & {
  /** Of the row that it belongs to, or of the call or attempt that it stands for. */
  key: string
  state: BarState
  /** The time that it stands for, in milliseconds since 1970. */
  from: number
  to: number
  /** It began left of the view. */
  isCut: boolean
  /** It is not over. */
  isOpen: boolean
  /** Its time is shorter than what is drawn. */
  isShort: boolean
  /** The attempt of a job, where it fits in. */
  number?: number
}

export type Label = {
  /** Where its text begins, or has its middle. */
  x: number
  /** The line on which the letters stand. */
  y: number
  width: number
  size: number
  parts: readonly Part[]
  isCentred?: true
  /** Outside of a block: with a halo, so that no line runs into the letters. */
  hasHalo?: true
  /** What it lies on, so that a curtain or a line does not run through it. */
  ground?: 'block' | 'card'
}

export type LineKind =
  | 'answered'
  | 'wait'
  | 'tail'
  | 'elbow'
  | 'worker'
  | 'grid'
  | 'zero'
  | 'now'
  | 'flag'
  | 'base'
  | 'tick'
export type Line = { kind: LineKind; x1: number; y1: number; x2: number; y2: number }

/** The heartbeat of an event loop: a line, with a tick for each beat that is drawn. */
export type Comb = { x1: number; x2: number; y: number; height: number; ticks: readonly number[] }
export type Fold = Box & { idle: number; from: number; to: number }
export type Disc = { x: number; y: number; radius: number; number: number }
export type Histogram = {
  base: number
  step: number
  columns: readonly Box[]
  failures: readonly number[]
  failuresY: number
}

/** A mark that can have focus: a row of a request. */
export type Target = Box & { key: string; words: string; hasFocus: boolean }

export type Layer = {
  height: number
  tints: Box[]
  curtains: Box[]
  holes: Box[]
  combs: Comb[]
  folds: Fold[]
  lines: Line[]
  bars: Bar[]
  labels: Label[]
  /** Names of lanes, left of the time. */
  names: Label[]
  flags: { x: number; y: number }[]
  discs: Disc[]
  targets: Target[]
  histogram?: Histogram
}

export type Kind =
  | 'request'
  | 'short'
  | 'wait'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'beat'
  | 'hole'
  | 'fold'
  | 'tail'
  | 'poll'

export type Picture = {
  width: number
  /** Where time begins, right of the names. */
  left: number
  /** Stays in sight: axis, events, event loops. */
  head: Layer
  /** Scrolls. */
  body: Layer
  /** Pixels for a millisecond. */
  scale: number
  /** Where now is, or what is shown of it last. */
  right: number
  /** For the legend: what is in the picture. */
  kinds: ReadonlySet<Kind>
}

export function emptyLayer(): Layer {
  return {
    height: 0,
    tints: [],
    curtains: [],
    holes: [],
    combs: [],
    folds: [],
    lines: [],
    bars: [],
    labels: [],
    names: [],
    flags: [],
    discs: [],
    targets: [],
  }
}

/** The space that a label takes. */
export function boxOf({ x, y, width, size, isCentred }: Label): Box {
  return { x: isCentred ? x - width / 2 : x, y: y - size * 0.95, width, height: size * 1.22 }
}
