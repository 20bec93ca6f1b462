/** What the processes of the lesson print, as it is printed. A script of the page adds the lines. */
import { commandLine } from '../program'
import type { View } from './view'

export function TerminalTools({ lesson, exercise }: View) {
  return (
    <code class="quiet command" safe>
      {commandLine(exercise ? 'work' : 'lesson', lesson.number)}
    </code>
  )
}

export function TerminalBody({ live }: View) {
  const width = Math.max(0, ...(live?.running.processes() ?? []).map(({ name }) => name.length))
  return (
    <pre
      id="printed"
      class="body"
      role="log"
      aria-live="off"
      aria-labelledby="terminal-title"
      tabindex="0"
      data-width={width}
    />
  )
}
