/** A real Chromium for tests. Where there is none, they are skipped and say so; in CI they fail. */
import { type Browser, chromium } from 'playwright-core'

import { chromium as installedChromium } from './installed'

const executablePath = installedChromium()

/** Whether tests that need a browser are to be skipped. */
export const hasNoBrowser = executablePath === undefined && !process.env.CI

export async function openBrowser(): Promise<Browser> {
  if (!executablePath)
    throw new Error('Chromium is needed here: put it on the PATH, or name it in CHROMIUM_PATH.')
  return chromium.launch({ executablePath, args: flags })
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
