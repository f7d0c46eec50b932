import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

/** What is held to the table: a folder, and the names of files in it. `src/` can follow by a line of its own, with `isRecursive`. */
const places: readonly { folder: string; names: RegExp; isRecursive?: boolean }[] = [
  { folder: '.', names: /^(?:README|CONTRIBUTING|SECURITY)\.md$/ },
  { folder: 'docs', names: /\.md$/ },
];

/** Where a word of the table is the right one, in another sense: a part of the sentence, on one line. */
const exceptions: readonly Exception[] = [];

interface Exception {
  readonly file: string;
  readonly part: string;
  readonly reason: string;
}

const table = /^## Words\n[\s\S]*?(^\|[\s\S]*?)\n\n/m;
const wordsToAvoid = wordsOf(readFileSync('CONTRIBUTING.md', 'utf8'));

test('the table of words has words to avoid, each once', () => {
  expect(wordsToAvoid.length).toBeGreaterThan(20);
  expect(new Set(wordsToAvoid).size).toBe(wordsToAvoid.length);
});

test('finds a word to avoid over the end of a line, and not in code, in generated parts or inside another word', () => {
  expect(hitsIn('It is tried\nagain.')).toEqual(['1: tried again']);
  expect(hitsIn('`piece`, masterpiece\n\n```ts\n// a piece\n```\n\nA Piece.')).toEqual(['7: piece']);
  expect(hitsIn('<!-- bench -->\nwalk\n<!-- end of bench -->')).toEqual([]);
});

test('the guides use the words of the table', () => {
  const files = places.flatMap(({ folder, names, isRecursive = false }) =>
    readdirSync(folder, { recursive: isRecursive, encoding: 'utf8' })
      .filter((name) => names.test(name))
      .map((name) => join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(20);

  const hits = files.flatMap((file) => hitsIn(withoutExceptions(file)).map((hit) => `${file}:${hit}`));

  expect(hits).toEqual([]);
});

test('every exception is still needed', () => {
  expect(exceptions.filter(isStale)).toEqual([]);
});

test('an exception is stale when its sentence is gone, or has no word to avoid', () => {
  const reason = 'an example';

  expect(isStale({ file: 'CONTRIBUTING.md', part: 'no such walk', reason })).toBe(true);
  expect(isStale({ file: 'CONTRIBUTING.md', part: '# Contributing', reason })).toBe(true);
  expect(isStale({ file: 'CONTRIBUTING.md', part: 'walk, walks', reason })).toBe(false);
});

function isStale({ file, part }: Exception): boolean {
  return !readFileSync(file, 'utf8').includes(part) || hitsIn(part).length === 0;
}

function wordsOf(contributing: string): string[] {
  const rows = table.exec(contributing)?.[1]?.split('\n').slice(2) ?? [];
  return rows.flatMap((row) => row.split('|')[2]!.split(',')).map((word) => word.trim());
}

function withoutExceptions(file: string): string {
  const text = readFileSync(file, 'utf8').replace(table, blank);
  return exceptions
    .filter((exception) => exception.file === file)
    .reduce((rest, { part }) => rest.replaceAll(part, blank), text);
}

function hitsIn(text: string): string[] {
  const prose = text
    .replaceAll(/<!-- ([\w ]+) -->[\s\S]*?<!-- end of \1 -->/g, blank)
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, blank)
    .replaceAll(/`[^`\n]+`/g, blank);
  return wordsToAvoid.flatMap((word) =>
    [...prose.matchAll(new RegExp(`\\b${word.replaceAll(' ', '\\s+')}\\b`, 'gi'))].map(
      ({ index }) => `${prose.slice(0, index).split('\n').length}: ${word}`,
    ),
  );
}

/** Keeps the lines, so that the numbers in a failure are those of the file. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
