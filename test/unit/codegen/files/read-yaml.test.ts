import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { readText, readYaml } from '../../../../codegen/files/read-yaml.js';
import { failureOf } from '../../../helpers/failure-of.js';

const scratch = mkdtempSync(join(tmpdir(), 'read-yaml-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const file = join(scratch, 'odd.yaml');

function read(text: string) {
  writeFileSync(file, text);
  return readYaml(file);
}

async function messageOf(run: () => unknown): Promise<string> {
  const failure = await failureOf(run);
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

describe('readYaml', () => {
  test('reads what YAML 1.2 says', () => {
    const text =
      "list: [1, 2.5, true, null, text]\nnested:\n  folded: >-\n    two\n    lines\n  quoted: '1'\n";

    expect(read(text)).toEqual({
      list: [1, 2.5, true, null, 'text'],
      nested: { folded: 'two lines', quoted: '1' },
    });
  });

  test('takes words and dates for text, as YAML 1.2 does', () => {
    expect(read('- no\n- on\n- n\n- 2026-03-04\n- 12:30:45\n- 0o17\n- 1_000\n')).toEqual([
      'no',
      'on',
      'n',
      '2026-03-04',
      '12:30:45',
      15,
      '1_000',
    ]);
  });

  test('makes text of every key, so that a status is one', () => {
    expect(read("responses:\n  200: a\n  '201': b\n  4XX: c\n")).toEqual({
      responses: { '200': 'a', '201': 'b', '4XX': 'c' },
    });
  });

  test('reads a key that every object has as one like any other', () => {
    const value = read('__proto__: { a: 1 }\nconstructor: b\n');

    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
  });

  // The values of a fast reader and of one that knows where a fault is.
  test.each([
    'spec/openapi.yaml',
    'spec/known-problems.yaml',
    'generated/openapi.yaml',
    ...readdirSync('overlays').map((name) => `overlays/${name}`),
  ])('reads %s as a second reader does', (name) => {
    expect(readYaml(name)).toEqual(parse(readText(name)));
  });

  test.each([
    '- 1_000\n- 0b1\n- 0x1f\n- .5\n- 1e3\n- +1\n- 017\n- 1.\n- .inf\n- ~\n- True\n- <<\n',
    '<<: { a: 1 }\n',
  ])('reads %j as a second reader does', (text) => {
    expect(read(text)).toEqual(parse(text));
  });

  test('reads JSON, which is YAML', () => {
    expect(read('{ "sha256": "0", "list": [{}] }')).toEqual({ sha256: '0', list: [{}] });
  });

  test('repeats what an alias stands for', () => {
    expect(read('a: &name { b: 1 }\nc: *name\n')).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  test('finds nothing in an empty file', () => {
    expect(read('')).toBeNull();
    expect(read('# only a comment\n')).toBeNull();
  });

  test.each([
    ['a bracket that stays open', 'a: 1\nb: [1, 2\nc: 3\n', 3],
    ['an indentation that ends too early', 'a:\n    b: 1\n  c: 2\n', 3],
    ['a tab as indentation', 'a:\n\tb: 1\n', 2],
    ['a quote that stays open', "a: 'b\nc: 1\n", 3],
    ['a second document', 'a: 1\n---\nb: 2\n', 2],
    ['an indentation that a quoted text lacks', "a:\n  b: 'one\n\ntwo\n'\n", 3],
  ])('refuses %s, and names the line', async (_, text, line) => {
    const message = await messageOf(() => read(text));

    expect(message).toMatch(new RegExp(`^${file}:${line}:\\d+: not valid YAML: \\S`));
    expect(message).toContain('Repair the file at that line.');
  });

  test.each([
    ['at the top', 'a: 1\nb: 2\na: 3\n', '3:1'],
    ['deep down', 'a:\n  - b: 1\n    c: 2\n    b: 3\n', '4:5'],
    ['that is written in two ways', "a: 1\n'a': 2\n", '2:1'],
  ])('refuses a key that is there twice %s', async (_, text, place) => {
    const message = await messageOf(() => read(text));

    expect(message).toContain(`${file}:${place}: not valid YAML: Map keys must be unique`);
  });

  test('keeps the reason to one line, and says the place once', async () => {
    const message = await messageOf(() => read('a: 1\na: 2\n'));

    expect(message.split('\n')).toEqual([
      `${file}:2:1: not valid YAML: Map keys must be unique`,
      '  Repair the file at that line.',
    ]);
  });

  test('refuses an alias of what is not there', async () => {
    const message = await messageOf(() => read('a: *nowhere\n'));

    expect(message).toContain(`${file}`);
    expect(message).toContain('nowhere');
  });

  test('refuses aliases that multiply without end', async () => {
    const lines = Array.from({ length: 9 }, (_, index) => {
      const alias = index === 0 ? 'text' : `*a${index - 1}`;
      return `- &a${index} [${Array.from({ length: 9 }, () => alias).join(', ')}]`;
    });

    const message = await messageOf(() => read(lines.join('\n')));

    expect(message).toContain(`${file}: not valid YAML: Excessive alias count`);
    expect(message).toContain('Repair the file');
  });
});

describe('readText', () => {
  test('gives the text as it stands', () => {
    writeFileSync(file, '\ta: 1\r\né\n');

    expect(readText(file)).toBe('\ta: 1\r\né\n');
  });

  test.each([
    ['a file that is missing', () => join(scratch, 'nowhere.yaml'), 'ENOENT'],
    ['a file in a folder that is missing', () => join(scratch, 'nowhere/odd.yaml'), 'ENOENT'],
    [
      'a folder',
      () => {
        mkdirSync(join(scratch, 'folder'), { recursive: true });
        return join(scratch, 'folder');
      },
      'EISDIR',
    ],
  ])('refuses %s', async (_, pathOf, code) => {
    const path = pathOf();

    expect(await messageOf(() => readText(path))).toBe(
      `${path}: cannot be read (${code}). Restore the file.`,
    );
    expect(await messageOf(() => readYaml(path))).toContain(`${path}: cannot be read (${code})`);
  });

  test('keeps what the system said as the cause', async () => {
    expect(await failureOf(() => readText(join(scratch, 'nowhere')))).toHaveProperty('cause.code', 'ENOENT');
  });
});
