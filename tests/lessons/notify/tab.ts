/** What a tab of lesson 6 sees of a mailing, without a browser: the stream of events, and how it comes back to it. */
import { until } from '../../support/until'

export type Numbers = { state: string; sent: number; refused: number; left: number }
type Seen = Numbers & { id: number }

export class Tab implements Disposable {
  /** In order, over all connections. */
  readonly seen: Seen[] = []
  /** With which Last-Event-ID it has come: none at first. */
  readonly connections: (string | undefined)[] = []
  isOver = false
  text = ''
  private lastId: string | undefined
  private readonly leaving = new AbortController()

  constructor(
    private readonly address: string,
    { lastId, comesBack = true }: { lastId?: string; comesBack?: boolean } = {},
  ) {
    this.lastId = lastId
    void this.stay(comesBack).catch(() => {}) // it has left
  }

  get last(): Numbers | undefined {
    const seen = this.seen.at(-1)
    return seen && { state: seen.state, sent: seen.sent, refused: seen.refused, left: seen.left }
  }

  /** How much is done, from 0 to 1. */
  get progress(): number {
    const { sent = 0, refused = 0, left = 1 } = this.last ?? {}
    return (sent + refused) / (sent + refused + left)
  }

  async over(): Promise<this> {
    await until('the mailing is over', () => this.isOver)
    return this
  }

  [Symbol.dispose](): void {
    this.leaving.abort()
  }

  private async stay(comesBack: boolean): Promise<void> {
    await this.read()
    if (comesBack && !this.isOver) await this.stay(comesBack)
  }

  private async read(): Promise<void> {
    this.connections.push(this.lastId)
    const headers = this.lastId === undefined ? {} : { 'last-event-id': this.lastId }
    const { body } = await fetch(this.address, { headers, signal: this.leaving.signal })
    let text = ''
    for await (const part of body!.pipeThrough(new TextDecoderStream())) {
      const messages = `${text}${part}`.split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) this.take(message)
    }
  }

  private take(message: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1]
    this.text += `${field('data') ?? ''}\n`
    if (field('event') === 'over') this.isOver = true
    const id = field('id')
    if (id === undefined) return
    this.lastId = id
    this.seen.push({ id: Number(id), ...numbersIn(message) })
  }
}

/** What a piece of the page shows. */
export function numbersIn(html: string): Numbers {
  const figure = (name: string) =>
    Number(new RegExp(`<dt>${name}</dt><dd>(\\d+)`).exec(html)?.[1] ?? NaN)
  return {
    state: /class="status [\w-]+">(\w+)</.exec(html)?.[1] ?? '',
    sent: figure('sent'),
    refused: figure('refused'),
    left: figure('to go'),
  }
}
