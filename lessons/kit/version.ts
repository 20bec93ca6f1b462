/** `kit --version`: what somebody who asks for help is asked first. */
import { version as elysia } from 'elysia/package.json'

import { version as kit } from '../../package.json'

export function versionText(): string {
  return `kit ${kit}\nBun ${Bun.version} (${Bun.revision.slice(0, 9)}), ${process.platform} ${process.arch}\nElysia ${elysia}`
}
