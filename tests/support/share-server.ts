/** Run as a process of its own: shares the folder that is named, and tells what it takes of memory when it is asked. */
import { offersIn } from '../../lessons/kit/share/offers'
import { serveOffers } from '../../lessons/kit/share/serve'

const [folder = ''] = Bun.argv.slice(2)
const offers = await offersIn(folder)
const server = serveOffers({ offers, address: '127.0.0.1', port: 0 })

process.on('message', () => {
  Bun.gc(true)
  process.send?.({ memory: process.memoryUsage.rss() })
})
process.on('disconnect', () => process.exit())
process.send?.({ port: server.port })
