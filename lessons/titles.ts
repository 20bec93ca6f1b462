/** What the lessons are called: in the terminal, and on their pages. */
export const titles = {
  1: 'A simple counter',
  2: 'A slow API',
  3: 'Ordered tasks',
  4: 'Workers',
  5: 'A queue',
  6: 'Tell the visitor',
} as const

export type LessonNumber = keyof typeof titles
