/**
 * How the benchmark measures: every round takes every subject once, in an order of its own, and a ratio is taken inside
 * a round before anything is summed up. What slows the machine for a while then slows both sides of the ratio.
 */

/** What one subject did in one round, by the name of what was measured. */
export type Sample = Readonly<Record<string, number>>

/** The samples of every subject; where a subject sat out a round there is a hole. */
export type Samples = ReadonlyMap<string, readonly (Sample | undefined)[]>

/** The middle of many samples, and the two quartiles around it. */
export type Figure = { readonly median: number; readonly low: number; readonly high: number }

/** How much of everything a run takes. */
export type Run = {
  readonly isQuick: boolean
  /** So many rounds in a full run, and so many in a quick one. */
  rounds(full: number, quick: number): number
  /** Says on the terminal what goes on. */
  say(text: string): void
}

/** Takes a sample of every subject in each of the rounds. Those in `seldom` take part in every fourth one only. */
export async function interleave(
  subjects: readonly string[],
  rounds: number,
  take: (subject: string, round: number) => Promise<Sample>,
  seldom: ReadonlySet<string> = new Set(),
): Promise<Samples> {
  const samples = new Map<string, (Sample | undefined)[]>(subjects.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of shuffled(subjects))
      samples.get(name)?.push(round % 4 && seldom.has(name) ? undefined : await take(name, round))
  return samples
}

/** What `subject` did, summed up. */
export function figure(samples: Samples, subject: string, what: string): Figure {
  return summary(taken(samples, subject, what))
}

/** `subject` divided by `other`, round by round, summed up. */
export function ratio(samples: Samples, what: string, subject: string, other: string): Figure {
  const below = taken(samples, other, what)
  return summary(taken(samples, subject, what).map((value, round) => value / below[round]!))
}

export function summary(values: readonly number[]): Figure {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((one, two) => one - two)
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
  return { median: at(0.5), low: at(0.25), high: at(0.75) }
}

function taken(samples: Samples, subject: string, what: string): number[] {
  return samples.get(subject)?.map((sample) => sample?.[what] ?? Number.NaN) ?? []
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((one, two) => one.place - two.place)
    .map(({ item }) => item)
}
