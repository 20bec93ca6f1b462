/** A part of a file, as a download that was interrupted asks for the rest: RFC 9110, one range at a time. */

export type Range = { start: number; end: number }

/** From `start` up to, not including, `end`; 'all' if it is no range that we know, 'none' if there is nothing there. */
export function rangeOf(header: string | null, size: number): Range | 'all' | 'none' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (from === '' && to === '') return 'all'
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length > 0 ? { start: size - length, end: size } : 'none'
  }
  const start = Number(from)
  if (to !== '' && Number(to) < start) return 'all'
  const end = to === '' ? size : Math.min(Number(to) + 1, size)
  return start < size ? { start, end } : 'none'
}
