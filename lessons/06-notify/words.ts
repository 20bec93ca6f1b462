import type { Mailing } from './mailing'

/** What a visitor, a machine and the terminal are told. */
export function sentenceOf({ changes, reason }: Mailing): string {
  const { state, sent, refused, left } = changes.now
  const gone = `${sent} mails sent, ${refused} refused`
  const words = {
    sending: `${gone}, ${left} to go.`,
    paused: `Paused: ${gone}, ${left} wait.`,
    done: `Done: ${gone}.`,
    cancelled: `Cancelled: ${gone}. They stay sent. ${left} do not go.`,
    stopped: `Stopped: ${gone}. ${left} do not go. ${reason}`,
  }
  return words[state]
}
