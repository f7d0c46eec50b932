import { execFileSync } from 'node:child_process';

import { Unavailable } from './install.js';

/** The system's Chromium; nothing here downloads a browser. */
export function findChromium(): string {
  const found = ['chromium', 'chromium-browser', 'google-chrome'].find(isInstalled);
  if (found === undefined) throw new Unavailable('no Chromium is installed; Debian has it as `chromium`');
  return found;
}

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
