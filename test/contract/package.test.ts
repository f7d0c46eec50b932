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

/** The one entry that needs another package, which is an optional peer. */
const isOtel = (file: string): boolean => file.includes('/otel/');

test('the package depends on nothing at run time', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;

  expect(manifest).not.toHaveProperty('dependencies');
  const optional = ['@opentelemetry/api', 'ws'];
  expect(Object.keys(manifest.peerDependencies as object)).toEqual(optional);
  for (const name of optional)
    expect(manifest).toHaveProperty(['peerDependenciesMeta', name, 'optional'], true);
  expect(manifest).not.toHaveProperty('scripts.postinstall');
});

test('what is built imports nothing but its own files, and Node only where it says so', () => {
  const files = builtFiles(/\.c?js$/).filter((file) => !/(testing|uploads|realtime).node\.c?js$/.test(file));

  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !isOtel(file)).flatMap(outsideImports)).toEqual([]);
  expect([...new Set(files.filter(isOtel).flatMap(outsideImports))]).toEqual(
    ['cjs/otel/index.cjs', 'esm/otel/index.js'].map((file) => `dist/${file} imports @opentelemetry/api`),
  );
});

test('the types that are shipped need no other package', () => {
  const files = builtFiles(/\.d\.ts$/);

  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !isOtel(file)).flatMap(outsideImports)).toEqual([]);
});
