/** What a picture is drawn for: its size, its time, and what has focus. */

/** The width of a text in pixels, in the font of the lanes. */
export type Measure = (text: string, weight: number, size: number) => number

/** Lengths in pixels. */
export type Sizes = {
  /** The column of names at the left. */
  gutter: number
  row: number
  bar: number
  font: number
  beat: number
  axis: number
  /** What is shorter is drawn as wide as this. */
  least: number
  /** A task that never started has no time, so no length either. */
  skipped: number
  compactRow: number
  compactBar: number
}

export const wide: Sizes = {
  gutter: 132,
  row: 20,
  bar: 12,
  font: 13,
  beat: 20,
  axis: 24,
  least: 3,
  skipped: 18,
  compactRow: 16,
  compactBar: 10,
}

/** For a room: drawn 1280 pixels wide, and scaled as one. */
export const present: Sizes = {
  gutter: 170,
  row: 38,
  bar: 22,
  font: 20,
  beat: 30,
  axis: 40,
  least: 5,
  skipped: 30,
  compactRow: 30,
  compactBar: 18,
}

/** Under 720 pixels: a label stands above its bar. */
export const narrow: Sizes = { ...wide, gutter: 0, row: 46, bar: 14, axis: 0 }

export type View = {
  width: number
  sizes: Sizes
  measure: Measure
  /** The time at the server, in milliseconds since 1970. The scene is as it was then. */
  now: number
  /** Drawn time from the left to now, in milliseconds. */
  zoom: number
  /** The key of the mark that has focus. */
  focus?: string
  /** Numbers on marks, by their key. */
  proofs?: ReadonlyMap<string, number>
  /** In place of 'now': 'not connected since 12 s'. */
  nowSays?: string
}

/** How much drawn time a picture can hold, in milliseconds. */
export const zoomSteps = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 120_000, 600_000] as const

/** The least room right of now: for the label of what runs. */
export const leastRoom = 150

/** Between the end of a bar and its label. */
export const labelGap = 6

/** The key of a row: a request's own, or that of its n-th task. */
export function rowKey(request: string, task?: number): string {
  return task === undefined ? request : `${request}/${task}`
}

/** The key of the mark of a job. */
export function jobKey(job: string): string {
  return `job:${job}`
}

/** The key of the request that a row belongs to. */
export function requestKey(key: string): string {
  return key.split('/', 1)[0] ?? key
}
