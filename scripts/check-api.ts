/**
 * Checks that api-report/ is what the package exports today.
 *
 * Run: npm run check:api
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeApiReports } from './api-report.js';
import { printVerdict, type Verdict } from './verdict.js';

export function checkApi(tree: string): Verdict {
  const committed = join(tree, 'api-report');
  const fresh = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  try {
    writeApiReports(tree, fresh);
    const names = [...new Set([...readdirSync(fresh), ...readdirSync(committed)])];
    const stale = names.filter((name) => read(join(fresh, name)) !== read(join(committed, name)));
    if (stale.length === 0) return { isFine: true, words: `api-report/ is fresh: ${names.length} reports` };
    return {
      isFine: false,
      words:
        `${stale.map((name) => `api-report/${name}`).join(' and ')}: not what the package exports. If the change is ` +
        'meant: npm run api-report, look at the diff, and add a changeset that tells users of it (npm run changeset).',
    };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

printVerdict(import.meta.url, checkApi);
