/**
 * Watches the files of an exercise. Editors save in many ways (in place, under another name that is then renamed, by
 * deleting and making anew), so events only say when to look: what counts is whether a text has changed.
 */
import { existsSync, type FSWatcher, watch as watchFiles } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isKept } from '../replace'
import { readTexts } from '../workspace'

/** Milliseconds without an event until we look. A save is several events. */
const quiet = 60
/** Milliseconds that an editor may take between deleting a file, or emptying it, and writing it. */
const patience = 500
/** Milliseconds between two looks, where the file system tells of nothing. */
const period = 500

type Options = {
  /** Called with the names of the files whose text has changed, or that have come or gone. */
  onChange: (files: string[]) => void
  /** Called when from now on it looks by itself, because nothing tells it when to. */
  onPolling?: () => void
  /** Only tests have another one. */
  watch?: typeof watchFiles
}

export class FolderWatch implements Disposable {
  private texts = new Map<string, string>()
  private watcher: FSWatcher | undefined
  private timer: Timer | undefined
  private looking: Promise<boolean> | undefined
  private isPolling = false
  private isOver = false

  constructor(
    private readonly folder: string,
    private readonly options: Options,
  ) {}

  /** Resolves when every later save will be seen. */
  async start(): Promise<this> {
    this.texts = await this.read()
    if (!(await this.tellsOfChanges())) this.poll()
    return this
  }

  /** Looks now. Resolves with whether something has changed. */
  async look(): Promise<boolean> {
    await this.looking
    this.looking = this.compare().finally(() => (this.looking = undefined))
    return this.looking
  }

  [Symbol.dispose](): void {
    this.isOver = true
    this.watcher?.close()
    clearTimeout(this.timer)
  }

  /** Network mounts and foreign drives may accept a watcher and stay silent: so we write a file and wait for its event. */
  private async tellsOfChanges(): Promise<boolean> {
    const name = `.watched-${process.pid}`
    const { promise: told, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), 1_000)
    try {
      const watch = this.options.watch ?? watchFiles
      this.watcher = watch(this.folder, { recursive: true }, (_, file) => {
        if (file === name) resolve(true)
        else this.lookSoon()
      })
      this.watcher.on('error', () => this.poll())
      await writeFile(join(this.folder, name), '')
      return await told
    } catch {
      return false // too many watchers, or a folder that cannot be written to
    } finally {
      clearTimeout(timer)
      await rm(join(this.folder, name), { force: true }).catch(() => {})
    }
  }

  private lookSoon(): void {
    if (this.isOver) return
    // Whoever deletes the folder ends its events with it.
    if (!existsSync(this.folder)) return this.poll()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.look(), quiet)
  }

  private poll(): void {
    if (this.isOver || this.isPolling) return
    this.isPolling = true
    this.watcher?.close()
    clearTimeout(this.timer)
    this.options.onPolling?.()
    const again = () => {
      if (!this.isOver) this.timer = setTimeout(() => void this.look().then(again), period)
    }
    again()
  }

  private async compare(): Promise<boolean> {
    const end = performance.now() + patience
    let texts = await this.read()
    while (this.isHalfSaved(texts) && performance.now() < end) {
      await Bun.sleep(quiet)
      texts = await this.read()
    }
    const names = new Set([...texts.keys(), ...this.texts.keys()])
    const changed = [...names].filter((name) => texts.get(name) !== this.texts.get(name))
    this.texts = texts
    if (changed.length > 0 && !this.isOver) this.options.onChange(changed)
    return changed.length > 0
  }

  /** A file that was there is gone or empty. */
  private isHalfSaved(texts: Map<string, string>): boolean {
    return [...this.texts].some(([name, text]) => text !== '' && !texts.get(name))
  }

  private async read(): Promise<Map<string, string>> {
    const texts = await readTexts(this.folder)
    for (const name of texts.keys()) if (isKept(name)) texts.delete(name)
    return texts
  }
}
