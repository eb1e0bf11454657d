import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = [
  process.env.LUNCHBOX_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium of this machine; undefined when it has none. */
export const chromiumPath = PATHS.find((path) => path !== '' && existsSync(path));

/** A real browser without a window. Root may not use Chromium's own sandbox. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium: install it, or name it in LUNCHBOX_CHROMIUM');
  const root = process.getuid?.() === 0;
  return chromium.launch({ executablePath: chromiumPath, args: root ? ['--no-sandbox'] : [] });
}
