import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly sideEffects: boolean;
};

test('Z2 nothing runs when the package is installed, and what ships is an allow-list', () => {
  const onInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'dependencies'];

  expect(Object.keys(manifest.scripts).filter((name) => onInstall.includes(name))).toEqual([]);
  // The last two are the manifests of subpaths, for tools that do not read `exports`; `package.test.ts` holds them to those.
  expect(manifest.files).toEqual([
    'dist',
    'src',
    '!src/migrate',
    'docs/*.md',
    'generated/api.md',
    'llms.txt',
    'skills',
    'CHANGELOG.md',
    '/*/package.json',
    '/*/node/package.json',
  ]);
});

test('Z2 every package that we build with is pinned to its bytes', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { integrity?: string; link?: boolean; inBundle?: boolean }>;
  };
  const installed = Object.entries(packages).filter(
    ([path, { link, inBundle }]) => path !== '' && !link && !inBundle,
  );

  expect(installed.length).toBeGreaterThan(50);
  expect(
    installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path),
  ).toEqual([]);
});

test('Z3 importing the package does nothing by itself', () => {
  expect(manifest.sideEffects).toBe(false);
  const program = `
    const before = new Set(Reflect.ownKeys(globalThis));
    for (const name of ['index', 'hosts/index', 'uploads/node', 'testing/index']) await import('./dist/esm/' + name + '.js');
    console.log(Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).length, process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length);
  `;

  const printed = execFileSync('node', ['--input-type=module', '-e', program], { encoding: 'utf8' });

  expect(printed.trim()).toBe('0 0');
});
