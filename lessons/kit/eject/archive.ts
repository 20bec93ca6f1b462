/** The archive in the binary, unpacked in memory. */

/** The paths of a workspace, and what stands there. Call it in a compiled program: from source there is no archive. */
export async function unpackWorkspace(): Promise<Map<string, Uint8Array>> {
  const { default: path } = await import('../../../dist/workspace.tar.zst', {
    with: { type: 'file' },
  })
  const tar = Bun.zstdDecompressSync(await Bun.file(path).bytes())
  const files = await new Bun.Archive(tar).files()
  const contents = await Promise.all(
    [...files].map(async ([name, file]) => [name, await file.bytes()] as const),
  )
  return new Map(contents)
}
