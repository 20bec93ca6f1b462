/** Pictures to upload, made here: a test needs no files of its own. */

/** A bitmap in colours that run into each other. */
export function bitmap(width: number, height: number): Uint8Array<ArrayBuffer> {
  const row = Math.ceil((width * 3) / 4) * 4
  const bytes = new Uint8Array(54 + row * height)
  bytes.set(header(width, height, bytes.length))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      bytes.set([(x * 255) / width, (y * 255) / height, 128], 54 + y * row + x * 3)
  return bytes
}

/** The header of a bitmap that has nothing behind it. */
export function header(width: number, height: number, size = 54): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(54))
  view.setUint16(0, 0x42_4d)
  view.setUint32(2, size, true)
  view.setUint32(10, 54, true) // where the pixels begin
  view.setUint32(14, 40, true)
  view.setInt32(18, width, true)
  view.setInt32(22, height, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 24, true) // bits for a pixel
  return new Uint8Array(view.buffer)
}

/** What a form sends that has these files in it. */
export function upload(...files: File[]): RequestInit & { body: FormData } {
  const body = new FormData()
  for (const file of files) body.append('pictures', file)
  return { method: 'POST', body }
}
