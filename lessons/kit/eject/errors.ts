/** What may stop `kit eject`, as a sentence. */

export class EjectError extends Error {
  override name = 'EjectError'
}

/** What a system says, as a person reads it; anything else is thrown on. */
export function sentenceOf(error: unknown, folder: string): string {
  if (error instanceof EjectError) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = reasons[code]
  if (why === undefined) throw error
  return `${folder} cannot be written: ${why}`
}

const elsewhere = 'Name a folder of your own, as in: kit eject ~/workshop'

const reasons: Record<string, string> = {
  EACCES: `this user may not write there. ${elsewhere}`,
  EPERM: `this user may not write there. ${elsewhere}`,
  EROFS: `it is on a disk that can only be read. ${elsewhere}`,
  ENOSPC: 'the disk is full. A workspace needs up to 200 MB.',
  EDQUOT: 'your part of the disk is full. A workspace needs up to 200 MB.',
  EFBIG: 'a file would be larger than is allowed here (ulimit -f).',
  ENOTDIR: 'what should be a folder on the way there is a file.',
  EEXIST: 'something of that name is there already.',
  ENOTEMPTY: 'another kit has written it in this moment.',
  ENAMETOOLONG: 'its path is too long.',
  ELOOP: 'links on the way there lead in a circle.',
}
