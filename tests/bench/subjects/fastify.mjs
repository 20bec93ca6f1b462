/** Fastify's hook behind a response. */
import Fastify from 'fastify'

const noop = () => {}

const app = Fastify()
app.addHook('onResponse', async () => {
  noop()
})
app.get('/', (_request, reply) => {
  reply.send('ok')
})
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) })
