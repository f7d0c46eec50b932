/**
 * Shows what a release would publish: builds, checks and packs, and publishes nothing. Releases themselves are made by
 * `.github/workflows/release.yml`, which signs where they come from.
 *
 * Run: npm run release -- --dry-run
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readChangesets } from './changesets.js';
import { pack, type Tarball } from './packed.js';

const refusal = `Nothing was published: a release is made by .github/workflows/release.yml, when the pull request "Release" is merged.
There the package is built from a clean clone, tested, and published with provenance, which no machine of a person can sign.
To see what it would publish:

  npm run release -- --dry-run
`;

/** What would be published, in words. */
export function describeRelease(tree: string, tarball: Tarball, canSign: boolean): string {
  const { name, version } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return [
    `${name}@${version}`,
    '',
    ...groupsOf(tarball).map(
      ([group, { count, bytes }]) =>
        `${inKilobytes(bytes)}  ${group} (${count} ${count === 1 ? 'file' : 'files'})`,
    ),
    `${inKilobytes(tarball.unpackedSize)}  together, unpacked`,
    `${inKilobytes(tarball.size)}  the tarball`,
    '',
    `integrity: ${tarball.integrity}`,
    `provenance: ${canSign ? 'yes' : 'no, since only the workflow can sign; what it publishes has it'}`,
    '',
    changesOf(tree, version),
  ].join('\n');
}

/** The changelog's part on this version or, before it has one, what waits for it. */
function changesOf(tree: string, version: string): string {
  const sections = readFileSync(join(tree, 'CHANGELOG.md'), 'utf8').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${version}\n`));
  if (section !== undefined) return `## ${section.trimEnd()}`;
  const waiting = readChangesets(tree).map(({ bump, summary }) => `(${bump}) ${summary}`);
  if (waiting.length === 0) return `CHANGELOG.md says nothing of ${version}, and no changeset waits.`;
  return `CHANGELOG.md says nothing of ${version} yet; \`npm run release:version\` raises it. What waits:\n\n${waiting.join('\n\n')}`;
}

/** By folder, the largest first. */
function groupsOf({ files }: Tarball): [string, { count: number; bytes: number }][] {
  const groups = new Map<string, { count: number; bytes: number }>();
  for (const { path, size } of files) {
    const group = /^(?:dist\/[^/]+|[^/]+)(?=\/)/.exec(path)?.[0] ?? path;
    const { count, bytes } = groups.get(group) ?? { count: 0, bytes: 0 };
    groups.set(group, { count: count + 1, bytes: bytes + size });
  }
  return [...groups].toSorted(([, a], [, b]) => b.bytes - a.bytes);
}

const inKilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;

function main(): void {
  if (!process.argv.includes('--dry-run')) {
    console.error(refusal);
    process.exitCode = 1;
    return;
  }
  const npm = (...words: string[]): void => void execFileSync('npm', words, { stdio: 'inherit' });
  npm('run', 'build');
  npm('run', 'check');
  npm('run', 'size');
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-release-'));
  try {
    const canSign = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] !== undefined;
    console.log(`\n${describeRelease('.', pack(folder), canSign)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
