/** A visitor of lesson 6's exercise, who reads the stream of a mailing. */
import type { AnyElysia } from 'elysia'

import { beginRun } from './lanes'

export type Change = { id: number; sent: number; refused: number; left: number }
/** One visitor of /events, and what the stream has shown. */
export class Visitor {
  readonly run = beginRun()
  readonly seen: Change[] = []
  status = 0
  isOver = false
  /** Whether the page was told that it is over. */
  isTold = false
  /** The first thing that is no change. */
  strange: string | undefined

  constructor(app: AnyElysia, headers: Record<string, string> = {}) {
    void this.read(app, headers)
  }

  get last(): Change | undefined {
    return this.seen.at(-1)
  }

  /** From each number to the next. */
  get steps(): number[] {
    return this.seen.slice(1).map(({ id }, index) => id - (this.seen[index]?.id ?? 0))
  }

  private async read(app: AnyElysia, headers: Record<string, string>) {
    const answer = await app.handle(new Request('http://localhost/events', { headers }))
    this.status = answer.status
    const decoder = new TextDecoder()
    let text = ''
    for await (const part of answer.body ?? []) {
      text += typeof part === 'string' ? part : decoder.decode(part, { stream: true })
      const messages = text.split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) this.take(message)
    }
    if (text.trim() !== '') this.strange ??= oneLine(text)
    this.isOver = true
  }

  private take(message: string) {
    if (/^event: ?over$/m.test(message)) this.isTold = true
    const data = /^data: ?(.*)$/m.exec(message)?.[1] ?? ''
    if (data === '' && /^(event|:)/.test(message)) return
    try {
      const change = JSON.parse(data) as Change
      if (Number.isInteger(change.id)) this.seen.push(change)
      else this.strange ??= oneLine(data || message)
    } catch {
      this.strange ??= oneLine(data || message)
    }
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll('\n', ' ').slice(0, 80)
}
