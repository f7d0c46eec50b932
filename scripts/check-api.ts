/**
 * Checks that api-report/ is what the package exports today.
 *
 * Run: npm run check:api
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeApiReports } from './api-report.js';

const committed = 'api-report';

function main(): void {
  const fresh = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  try {
    writeApiReports(fresh);
    const names = new Set([...readdirSync(fresh), ...readdirSync(committed)]);
    const stale = [...names].filter((name) => read(join(fresh, name)) !== read(join(committed, name)));
    for (const name of stale)
      console.error(
        `${committed}/${name} is not what the package exports. If the change is meant: npm run api-report, look at ` +
          'the diff, and add a changeset that tells users of it (npm run changeset).',
      );
    if (stale.length > 0) process.exitCode = 1;
    else console.log(`${committed}/ is fresh: ${names.size} reports`);
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

main();
