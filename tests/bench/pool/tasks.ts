/** What the benchmark calls: nothing, so that what is measured is the way there and back. */
export function noop(_payload: string): void {}
