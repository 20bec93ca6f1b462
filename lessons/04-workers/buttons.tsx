import type { PropsWithChildren } from '@elysiajs/html'

/** What can be started. The list of tasks is the answer to each. */
export function Buttons() {
  return (
    <div class="row" hx-target:inherited="#tasks">
      <Button path="/here">On the event loop</Button>
      <Button path="/workers">On workers</Button>
      <Button path="/four">Four at once</Button>
      <Button path="/crash" class="harm">
        Crash a worker
      </Button>
    </div>
  )
}

type Options = { path: string; class?: 'harm' }

/** Three quick presses are three requests, one after another. */
function Button(options: PropsWithChildren<Options>) {
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
