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

/** What Playwright turns off, said again: Chromium obeys the last list only. */
const unwanted = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
]

/**
 * For each window, Chromium 156 draws two pages of its own behind the address bar that nobody sees. Measured: a test
 * that opens a page costs 0.2 s of processor time without them, and 0.8 s with them.
 */
const hidden = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[...unwanted, ...hidden].join()}`,
]
