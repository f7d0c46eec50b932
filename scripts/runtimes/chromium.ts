import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { Unavailable } from './install.js';

/** The system's Chromium; nothing here downloads a browser. */
export function findChromium(): string {
  const folders = process.env.PATH?.split(delimiter) ?? [];
  const found = ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Unavailable('no Chromium is installed; Debian has it as `chromium`');
  return found;
}
