/** What is to do in a file of an exercise: the first sentence of each comment that begins with TODO, and its line. */
export function todosIn(text: string): { line: number; todo: string }[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.flatMap((first, index) => {
    const begins = /^\/\/ (?:\d+\. )?(TODO .*)/.exec(first)
    if (!begins) return []
    const rest = lines.slice(index + 1)
    const end = rest.findIndex((line) => !/^\/\/ (?!(?:\d+\. )?TODO|\d+\. )/.test(line))
    const more = rest.slice(0, end < 0 ? rest.length : end).map((line) => line.slice(2).trim())
    const [sentence = ''] = [begins[1], ...more].join(' ').split(/(?<=\.) (?=\S)/)
    return [{ line: index + 1, todo: sentence }]
  })
}
