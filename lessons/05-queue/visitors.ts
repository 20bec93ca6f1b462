import { t } from 'elysia'

/** What the form has to send. */
export const signup = t.Object({
  username: t.String({ pattern: '\\S', maxLength: 40 }),
  email: t.String({ format: 'email', maxLength: 254 }),
})

/** An address that nobody has used yet. */
export function someoneAt(host: string): string {
  return `${Bun.randomUUIDv7().slice(-6)}@${host}`
}
