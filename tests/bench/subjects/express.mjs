/** Express and Node's own event behind a response. */
import express from 'express'

const noop = () => {}

const app = express()
app.get('/', (_request, response) => {
  response.on('finish', noop)
  response.send('ok')
})
app.listen(Number(process.argv[2]), '127.0.0.1')
