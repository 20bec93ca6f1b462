import type { PropsWithChildren } from '@elysiajs/html'

type Options = { path: string; class?: 'harm' | 'plain' }

/** Three quick presses are three requests, one after another. */
export function Button(options: PropsWithChildren<Options>) {
  return (
    <button
      type="button"
      class={options.class ?? ''}
      hx-post={options.path}
      hx-sync="queue all"
    >
      {options.children}
    </button>
  )
}
