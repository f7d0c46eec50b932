import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

import { expect, onTestFinished, test } from 'vitest';

import { describeRelease } from '../../scripts/release.js';
import { createRepository, writeFiles } from '../helpers/repository.js';

const tarball = {
  file: 'mistral-sdk-0.2.0.tgz',
  size: 1500,
  unpackedSize: 4000,
  integrity: 'sha512-abc',
  files: [
    { path: 'README.md', size: 500 },
    { path: 'dist/esm/index.js', size: 1000 },
    { path: 'dist/esm/tools/index.js', size: 2000 },
    { path: 'src/index.ts', size: 500 },
  ],
};

function treeOf(changelog: string): string {
  const tree = createRepository();
  onTestFinished(() => rmSync(tree, { recursive: true, force: true }));
  writeFiles(tree, {
    'package.json': '{ "name": "mistral-sdk", "version": "0.2.0" }',
    'CHANGELOG.md': changelog,
    '.changeset/brave-otters-sing.md': "---\n'mistral-sdk': minor\n---\n\nNew tools.\n",
  });
  return tree;
}

test('a release is described by its version, files, sizes, signature and changes', () => {
  const tree = treeOf('# mistral-sdk\n\n## 0.2.0\n\n- Tools.\n\n## 0.1.0\n\n- Chat.\n');

  expect(describeRelease(tree, tarball, true).split('\n')).toEqual([
    'mistral-sdk@0.2.0',
    '',
    '     3.0 kB  dist/esm (2 files)',
    '     0.5 kB  README.md (1 file)',
    '     0.5 kB  src (1 file)',
    '     4.0 kB  together, unpacked',
    '     1.5 kB  the tarball',
    '',
    'integrity: sha512-abc',
    'provenance: yes',
    '',
    '## 0.2.0',
    '',
    '- Tools.',
  ]);
});

test('before the version is raised, what waits for it is told', () => {
  const words = describeRelease(treeOf('# mistral-sdk\n'), tarball, false);

  expect(words).toContain('provenance: no');
  expect(words).toContain('(minor) New tools.');
});

test('without --dry-run, it publishes nothing and says who does', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/release.ts'], {
    encoding: 'utf8',
  });

  expect(status).toBe(1);
  expect(stderr).toContain('Nothing was published');
  expect(stderr).toContain('release.yml');
  expect(stderr).toContain('npm run release -- --dry-run');
});
