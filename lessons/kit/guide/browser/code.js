// In the browser: shows one file at a time, and marks the lines that an
// address or the lanes point to. Files come, change and go at work.
const files = document.querySelector('.files')
const sources = document.querySelector('.sources')
const tabs = () => [...files.querySelectorAll('[role=tab]')]
/** The ids of the lines that are marked. */
let hits = []
/** The id of the line that was scrolled to: it stays in sight while the page finds its sizes. */
let kept
/** That of the line where the last check has failed. */
let failed

addEventListener('hashchange', () => follow(location.hash))
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]')
  if (link && link.hash === location.hash) follow(link.hash)
})
files.addEventListener('keydown', (event) => {
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }
  const step = steps[event.key]
  if (step === undefined) return
  event.preventDefault()
  const all = tabs()
  const now = all.findIndex((tab) => tab.ariaSelected === 'true')
  const next = Number.isFinite(step)
    ? (now + step + all.length) % all.length
    : step < 0
      ? 0
      : all.length - 1
  show(idOf(all[next]))
  all[next].focus()
})

// What has focus in the lanes: where its task was added, and the task's
// own lines, wherever they are.
document.addEventListener('lanes:place', ({ detail }) => {
  clear()
  const file = fileAt(detail.file)
  const own = declarationOf(detail.own, file)
  if (own) hit(own.id)
  if (!file) return
  show(file.id)
  mark(file.id, detail.line, detail.line)
})

// A save may have moved what is marked.
document.addEventListener('saved', clear)
document.addEventListener('htmx:after:swap', ({ target }) => {
  if (target !== files && target !== sources) return
  const all = tabs()
  const shown = all.find((tab) => tab.ariaSelected === 'true') ?? all[0]
  if (shown && document.getElementById(idOf(shown))) show(idOf(shown))
  for (const id of hits) document.getElementById(id)?.classList.add('hit')
  toBroken()
})

new ResizeObserver(() => {
  const line = document.getElementById(kept)
  if (line?.checkVisibility()) scrollTo(line)
}).observe(sources)
// Who scrolls reads where they want to.
for (const name of ['wheel', 'pointerdown', 'keydown'])
  sources.addEventListener(name, () => (kept = undefined), { passive: true })

// An address with a line is what somebody wants to see.
const isBroken = toBroken()
if (location.hash) follow(location.hash)
else if (!isBroken) to(document.querySelector('.marks a')?.hash.slice(1))

// Once: the next save may break the same line, and who reads elsewhere goes on.
function toBroken() {
  const id = sources.querySelector('.line.broken')?.id
  if (!id || id === failed || sources.contains(document.activeElement)) return false
  failed = id
  return to(id)
}

function to(id) {
  const line = id && document.getElementById(id)
  if (!line || !show(line.parentElement.id)) return false
  scrollTo(line)
  return true
}

// #app.tsx, #app.tsx-L30, #core/tasks.ts-L131-L144
function follow(hash) {
  const [, id, first, last = first] = /^#(.+?)(?:-L(\d+)(?:-L(\d+))?)?$/.exec(hash) ?? []
  if (!id || !show(id)) return
  document.dispatchEvent(new CustomEvent('guide:front', { detail: 'code' }))
  clear()
  if (first) mark(id, Number(first), Number(last))
}

function show(id) {
  const all = tabs()
  const shown = all.find((tab) => idOf(tab) === id)
  if (!shown) return false
  for (const tab of all) {
    tab.ariaSelected = String(tab === shown)
    tab.tabIndex = tab === shown ? 0 : -1
  }
  for (const file of sources.children) file.hidden = file.id !== id
  const { left, right } = shown.getBoundingClientRect()
  const frame = files.getBoundingClientRect()
  if (left < frame.left || right > frame.right) files.scrollLeft += left - frame.left - 16
  return true
}

function mark(id, first, last) {
  for (let number = first; number <= last; number++) hit(`${id}-L${number}`)
  const line = document.getElementById(`${id}-L${first}`)
  if (line) scrollTo(line)
}

function hit(id) {
  hits.push(id)
  document.getElementById(id)?.classList.add('hit')
}

// Only the code moves: the rest of the page is being read.
function scrollTo(line) {
  kept = line.id
  const file = line.parentElement
  const top = line.offsetTop // within its file, which has a position
  const room = file.clientHeight
  if (top < file.scrollTop || top > file.scrollTop + room - 40) file.scrollTop = top - room / 3
}

function clear() {
  hits = []
  for (const line of document.querySelectorAll('.line.hit')) line.classList.remove('hit')
}

function idOf(tab) {
  return tab.getAttribute('href').slice(1)
}

// In the file that added the task, or in another one of its folder: the
// lesson and its exercise have functions of the same names.
function declarationOf(task, file) {
  const name = task?.split('.').at(-1) ?? ''
  const isDeclaration = new RegExp(`\\b(?:function|const) ${RegExp.escape(name)}\\b`)
  const folder = (one) => one?.dataset.path.replace(/[^/]*$/, '')
  const found = [...sources.querySelectorAll('.line')].filter(
    (line) => name && isDeclaration.test(line.textContent),
  )
  return found.find((line) => folder(line.parentElement) === folder(file)) ?? found[0]
}

function fileAt(path) {
  return [...sources.children].find((file) => file.dataset.path === path)
}
