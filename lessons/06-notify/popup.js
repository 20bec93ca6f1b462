// 4. Pop-up: a toast on the page, and a notification of the system.
const toast = document.querySelector('#toast')
const box = document.querySelector('#popup')
const said = document.querySelector('#popup-said')

const answers = {
  granted: 'Allowed: you hear of it in another tab, too.',
  denied: 'Not allowed: you see it on this page only.',
  default: 'Not answered: you see it on this page only.',
}

let source

// At a press: browsers let nobody ask at any other time.
box.addEventListener('change', () => {
  source?.close()
  toast.hidden = true
  said.textContent = ''
  if (!box.checked) return
  listen()
  void mayNotify().then(
    (answer) => (said.textContent = answers[answer]),
  )
})

async function mayNotify() {
  if (!('Notification' in window)) return 'denied'
  return Notification.requestPermission()
}

// The browser's own. It comes back by itself, with Last-Event-ID.
function listen() {
  source = new EventSource(box.dataset.events)
  source.addEventListener('over', ({ data }) => {
    source.close()
    const words = data ? JSON.parse(data).words : 'It is lost.'
    show(words)
  })
}

function show(words) {
  toast.querySelector('p').textContent = words
  toast.hidden = false
  if (!('Notification' in window)) return
  if (Notification.permission !== 'granted') return
  // One tag: two tabs make one notification.
  const options = { body: words, tag: location.pathname }
  const notification = new Notification('Your mailing', options)
  notification.addEventListener('click', () => window.focus())
}

toast.querySelector('button').addEventListener('click', () => {
  toast.hidden = true
})
