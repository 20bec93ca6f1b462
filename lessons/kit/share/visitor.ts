/** Which file is for a visitor, and what they type. */
import type { Offer } from './offers'

/** Names of targets, the likelier first: no browser says which processor a Mac has. */
const systems: readonly [sign: RegExp, names: readonly string[]][] = [
  [/Android|iPhone|iPad|Mobile/, []],
  [/Windows/, ['windows-x64']],
  [/Macintosh|Mac OS|Darwin/, ['darwin-arm64', 'darwin-x64']],
  [/Linux.*(?:aarch64|arm64)/, ['linux-arm64']],
  [/Linux|X11/, ['linux-x64']],
]

/** The offers for whoever sends this User-Agent, the likeliest first. */
export function offersFor(userAgent: string, offers: readonly Offer[]): Offer[] {
  const [, names = []] = systems.find(([sign]) => sign.test(userAgent)) ?? []
  return names.flatMap((name) => offers.filter(({ target }) => target.name === name))
}

/** One line for a terminal: fetches the file and starts it. */
export function commandFor({ target: { file, name } }: Offer, origin: string): string {
  const url = `${origin}/${file}`
  return name.startsWith('windows')
    ? `curl.exe -f -o kit.exe ${url}; if ($?) { .\\kit.exe }`
    : `curl -f -o kit ${url} && chmod +x kit && ./kit`
}
