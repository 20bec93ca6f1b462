// In the browser: shows one file at a time, and marks the lines that an
// address or the lanes point to.
const tabs = [...document.querySelectorAll('.files [role=tab]')]

addEventListener('hashchange', () => follow(location.hash))
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]')
  if (link && link.hash === location.hash) follow(link.hash)
})
document.querySelector('.files').addEventListener('keydown', (event) => {
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }
  const step = steps[event.key]
  if (step === undefined) return
  event.preventDefault()
  const now = tabs.findIndex((tab) => tab.ariaSelected === 'true')
  const next = Number.isFinite(step)
    ? (now + step + tabs.length) % tabs.length
    : step < 0
      ? 0
      : tabs.length - 1
  show(tabs[next].hash.slice(1))
  tabs[next].focus()
})

// What has focus in the lanes: where its task was added, and the task's
// own lines, wherever they are.
document.addEventListener('lanes:place', ({ detail }) => {
  clear()
  const own = declarationOf(detail.own)
  own?.classList.add('hit')
  const file = fileAt(detail.file)
  if (!file) return
  show(file.id)
  mark(file.id, detail.line, detail.line)
})

if (location.hash) follow(location.hash)

// #app.tsx, #app.tsx-L30, #core/tasks.ts-L131-L144
function follow(hash) {
  const [, name, first, last = first] =
    /^#(.+?)(?:-L(\d+)(?:-L(\d+))?)?$/.exec(decodeURIComponent(hash)) ?? []
  if (!name || !show(name)) return
  document.dispatchEvent(new CustomEvent('guide:front', { detail: 'code' }))
  clear()
  if (first) mark(name, Number(first), Number(last))
}

function show(name) {
  const shown = tabs.find((tab) => tab.hash === `#${name}`)
  if (!shown) return false
  for (const tab of tabs) {
    tab.ariaSelected = String(tab === shown)
    tab.tabIndex = tab === shown ? 0 : -1
    document.getElementById(tab.hash.slice(1)).hidden = tab !== shown
  }
  const row = shown.parentElement
  const { left, right } = shown.getBoundingClientRect()
  const frame = row.getBoundingClientRect()
  if (left < frame.left || right > frame.right) row.scrollLeft += left - frame.left - 16
  return true
}

function mark(name, first, last) {
  for (let number = first; number <= last; number++) lineAt(name, number)?.classList.add('hit')
  const line = lineAt(name, first)
  if (!line) return
  // Only the code moves: the rest of the page is being read.
  const file = line.parentElement
  const top = line.offsetTop - file.offsetTop
  const room = file.clientHeight
  if (top < file.scrollTop || top > file.scrollTop + room - 40) file.scrollTop = top - room / 3
}

function clear() {
  for (const line of document.querySelectorAll('.line.hit')) line.classList.remove('hit')
}

function lineAt(name, number) {
  return document.getElementById(`${name}-L${number}`)
}

function declarationOf(task = '') {
  const name = task.split('.').at(-1)
  const isDeclaration = new RegExp(`\\b(?:function|const) ${RegExp.escape(name)}\\b`)
  return [...document.querySelectorAll('.sources .line')].find(
    (line) => name && isDeclaration.test(line.textContent),
  )
}

function fileAt(path) {
  return [...document.querySelectorAll('.sources > pre')].find((file) => file.dataset.path === path)
}
