import { chromium, type Browser } from 'playwright-core';

import { findChromium } from '../../scripts/runtimes/chromium.js';

/** The path of Chromium, or why there is none. */
export const { executablePath, missing } = find();

function find(): { readonly executablePath?: string; readonly missing: string } {
  try {
    return { executablePath: findChromium(), missing: '' };
  } catch (error) {
    return { missing: `: ${(error as Error).message}` };
  }
}

/** A browser for the tests of a file, which closes it; nothing without Chromium. */
export async function launchBrowser(...args: string[]): Promise<Browser | undefined> {
  return executablePath === undefined
    ? undefined
    : chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
}
