import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';
import { expect, test } from 'vitest';

const builtFiles = (ending: RegExp): string[] =>
  readdirSync('dist', { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join('dist', name));

const outsideImports = (file: string): string[] =>
  ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !specifier.startsWith('.'))
    .map((specifier) => `${file} imports ${specifier}`);

test('the package depends on nothing at run time', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;

  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest.peerDependencies).toEqual({ ws: expect.any(String) });
  expect(manifest.peerDependenciesMeta).toEqual({ ws: { optional: true } });
  expect(manifest).not.toHaveProperty('scripts.postinstall');
});

test('what is built imports nothing but its own files, and Node only where it says so', () => {
  const files = builtFiles(/\.c?js$/).filter((file) => !/(testing|uploads|realtime).node\.c?js$/.test(file));

  expect(files.length).toBeGreaterThan(3);
  expect(files.flatMap(outsideImports)).toEqual([]);
});

test('the types that are shipped need no other package', () => {
  const files = builtFiles(/\.d\.ts$/);

  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap(outsideImports)).toEqual([]);
});
