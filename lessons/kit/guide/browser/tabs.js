// In the browser: which panel is in front, of its column and on a
// narrow screen. The address names it, so that a reload keeps it.
document.addEventListener('click', (event) => {
  const tab = event.target.closest('a[data-tab]')
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  bringToFront(tab.dataset.tab)
  const address = new URL(location.href)
  address.searchParams.set('tab', tab.dataset.tab)
  history.replaceState(null, '', address)
  const panel = document.querySelector(`#${CSS.escape(tab.dataset.tab)}`)
  // A link that is no tab leads into the panel. A tab may be gone with its own.
  if (!tab.closest('nav')) panel?.querySelector('.body')?.focus()
  else if (!tab.checkVisibility()) panel?.querySelector('.tabs [aria-current]')?.focus()
})

// A narrow screen has no room for all of the tabs.
document.querySelector('.all-tabs [aria-current]')?.scrollIntoView({ block: 'nearest' })

// Other scripts ask for a panel by its id.
document.addEventListener('guide:front', ({ detail }) => bringToFront(detail))

function bringToFront(id) {
  document.body.dataset.only = id
  for (const tab of document.querySelectorAll('.all-tabs a')) {
    if (tab.dataset.tab !== id) tab.removeAttribute('aria-current')
    else {
      tab.setAttribute('aria-current', 'true')
      tab.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    }
  }
  const panel = document.querySelector(`.panel#${CSS.escape(id)}`)
  choose('only', document.querySelectorAll('.panel'), panel)
  if (!panel) return
  const side = panel.classList.contains('left') ? 'left' : 'right'
  choose('front', document.querySelectorAll(`.panel.${side}`), panel)
  if (!panel.classList.contains('beside'))
    choose('main', document.querySelectorAll(`.panel.${side}`), panel)
}

function choose(name, among, chosen) {
  for (const one of among) one.classList.toggle(name, one === chosen)
}
