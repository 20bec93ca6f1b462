export const mostBytes = 10_000_000
// A small file may unpack to a huge picture.
const mostPixels = 50_000_000
const readable = 'JPEG, PNG, WebP, GIF and BMP'

export type Picture = {
  id: number
  name: string
  thumbnails: Map<number, Blob>
  problem: string
}

const gallery: Picture[] = []
let lastId = 0

/** Keeps a few pictures to show. */
export function add(name: string): Picture {
  const thumbnails = new Map<number, Blob>()
  const picture = { id: ++lastId, name, thumbnails, problem: '' }
  gallery.unshift(picture)
  gallery.splice(12)
  return picture
}

export function list(): readonly Picture[] {
  return gallery
}

export function find(id: number): Picture | undefined {
  return gallery.find((picture) => picture.id === id)
}

/** Why a file is of no use, if so. Reads no more than its header. */
export async function problemOf(file: File): Promise<string> {
  if (file.size === 0) return `${file.name || 'The file'} is empty.`
  if (file.size > mostBytes) return tooLarge(file, 'file', '10 MB')
  try {
    await new Bun.Image(file, { maxPixels: mostPixels }).metadata()
    return ''
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 'ERR_IMAGE_TOO_MANY_PIXELS')
      return tooLarge(file, 'picture', '50 megapixels')
    return `We cannot read ${file.name}. We read ${readable}.`
  }
}

function tooLarge(file: File, what: string, most: string): string {
  return `${file.name} is too large a ${what}: we take up to ${most}.`
}
