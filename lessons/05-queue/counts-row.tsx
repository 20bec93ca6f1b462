import type { Look } from './jobs'

type CountsOf = Look['note'] & { name: string }

/** Taken is what is to do, done, a dead letter or lost. */
export function Counts({ name, taken, done, ...more }: CountsOf) {
  const { dead, gone, twice } = more
  const toDo = Math.max(0, taken - done - dead - gone)
  return (
    <tr>
      <th scope="row" safe>
        {name}
      </th>
      <td>{taken}</td>
      <td>{toDo}</td>
      <td>{done}</td>
      <td class={dead > 0 ? 'problem' : ''}>{dead}</td>
      <td class={gone > 0 ? 'problem' : ''}>{gone}</td>
      <td>{twice}</td>
    </tr>
  )
}
