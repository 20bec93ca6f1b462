/**
 * What keeps a page from those who see, read or point otherwise: asked of axe-core, in every look that the page has.
 *
 * @example
 * await page.goto(lesson.address)
 * expect(await barriers(page)).toEqual([])
 */
import type { AxeResults, RunOptions } from 'axe-core'
import type { Frame, Page } from 'playwright-core'

/** Light and dark, on a desk and on a phone. */
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [
    { width: 1280, height: 900 },
    { width: 400, height: 800 },
  ].map((size) => ({ colorScheme, size })),
)

/** That what is pressed is large enough for a finger is a rule which axe leaves to those who ask for it. */
const options = {
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
  iframes: false, // each frame is asked by itself: they may be of another origin
} satisfies RunOptions

const source = await Bun.file(Bun.fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))).text()

/** What is wrong with the page as it is now, a line for each thing, frames included. Leaves it in the last look. */
export async function barriers(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const { colorScheme, size } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(size)
    const look = `${colorScheme}, ${size.width} px`
    for (const barrier of [...(await violations(page)), ...(await overflow(page))])
      found.push(`${look}: ${barrier}`)
  }
  return found
}

async function violations(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const frame of page.frames())
    if (await isSeen(frame)) found.push(...(await violationsIn(frame)))
  return found
}

/** A frame that nobody sees may never be loaded, and then answers nothing. */
async function isSeen(frame: Frame): Promise<boolean> {
  return !frame.parentFrame() || (await (await frame.frameElement()).isVisible())
}

async function violationsIn(frame: Frame): Promise<string[]> {
  // The policy of a page is for its own scripts: what a debugger evaluates, it lets pass.
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(source)
  const { violations: broken } = await frame.evaluate(
    (how) => (globalThis as unknown as Axe).axe.run(document, how),
    options,
  )
  return broken.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html, any, all, none }) => {
      const reason = [...any, ...all, ...none][0]?.message ?? help
      return `${id} at ${target.join(' ')}: ${reason} (${html})`
    }),
  )
}

type Axe = { axe: { run(context: Document, options: RunOptions): Promise<AxeResults> } }

/** Nobody should have to push a page to the side to read it. axe does not look at that. */
async function overflow(page: Page): Promise<string[]> {
  const [needed, given] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  return needed > given ? [`the page is ${needed} px wide`] : []
}
