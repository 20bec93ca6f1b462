import type { Picture } from './pictures'
import { pool } from './pool'

export const widths = [32, 64, 128, 256] as const

/** A task on the event loop, which awaits its work on the pool. */
export async function makeThumbnails(picture: Picture, file: File) {
  const bytes = await file.bytes()
  try {
    await Promise.all(
      widths.map(async (width) => {
        const thumbnail = await pool.makeThumbnail(bytes, width)
        const blob = new Blob([thumbnail], { type: 'image/webp' })
        picture.thumbnails.set(width, blob)
      }),
    )
  } catch (error) {
    picture.problem = 'It is damaged: we cannot unpack it.'
    throw error
  }
}
