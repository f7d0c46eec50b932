import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { readUpstreamYaml } from '../../../../codegen/files/read-upstream.js';
import { failureOf } from '../../../helpers/failure-of.js';

const head = 'openapi: 3.1.0\npaths: {}\n';
const name = 'https://example.com/openapi.yaml';
const read = (text: string) => readUpstreamYaml(text, name);

async function messageOf(text: string): Promise<string> {
  const failure = await failureOf(() => read(text));
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

test('reads the vendored description as YAML 1.2 does', () => {
  const text = readFileSync('spec/openapi.yaml', 'utf8');

  expect(read(text)).toEqual(parse(text));
});

test('reads JSON', () => {
  expect(read('{ "openapi": "3.1.0", "paths": {} }')).toEqual({ openapi: '3.1.0', paths: {} });
});

describe('what strict YAML refuses and upstream has published', () => {
  // The closing quotes stand in column 0.
  const damaged = `${head}info:\n  example: 'one\n\ntwo\n'\n  other: "three\n    four\n"\n  date: 2026-03-04\n`;

  test('is read all the same', () => {
    expect(parse.bind(undefined, damaged)).toThrow();
    expect(read(damaged)).toEqual({
      openapi: '3.1.0',
      paths: {},
      info: { example: 'one\ntwo ', other: 'three four ', date: '2026-03-04' },
    });
  });

  test('does not excuse a fault further down, and the message names the place of that one', async () => {
    const message = await messageOf(`${damaged}bad: [1, 2\nnext: 3\n`);

    expect(message).toMatch(new RegExp(`^${name}:13:\\d+: not valid YAML: \\S`));
    expect(message).toContain('Repair that place in a copy of the file, and give the path of the copy.');
  });
});

test.each([
  ['a bracket that stays open', `${head}b: [1, 2\nc: 3\n`, 4],
  ['an indentation that ends too early', `${head}a:\n    b: 1\n  c: 2\n`, 5],
  ['a key that is there twice', `${head}paths: {}\n`, 3],
])('refuses %s, and names the line', async (_, text, line) => {
  expect(await messageOf(text)).toMatch(new RegExp(`^${name}:${line}:\\d+: not valid YAML: \\S`));
});

describe('aliases', () => {
  test('stand for copies, so that a change of one is no change of the other', () => {
    const document = read(`${head}a: &name { b: 1 }\nc: *name\n`);

    expect(document.c).toEqual({ b: 1 });
    expect(document.c).not.toBe(document.a);
  });

  test('cannot stand for what they are part of', async () => {
    expect(await messageOf(`${head}a: &name { b: *name }\n`)).toContain(
      'an alias stands for what it is part of',
    );
  });

  test.each([
    ['', 'Excessive alias count'],
    ["damage: 'one\n\ntwo\n'\n", 'aliases multiply it beyond any use'],
  ])('cannot multiply without end (%j)', async (damage, reason) => {
    const lines = Array.from({ length: 9 }, (_, index) => {
      const alias = index === 0 ? 'text' : `*a${index - 1}`;
      return `a${index}: &a${index} [${Array.from({ length: 9 }, () => alias).join(', ')}]`;
    });

    expect(await messageOf(`${head}${damage}${lines.join('\n')}\n`)).toContain(reason);
  });
});

test('keeps a key that every object has', () => {
  const document = read(`${head}__proto__: { a: 1 }\nconstructor: b\n`);

  expect(Object.keys(document)).toEqual(['openapi', 'paths', '__proto__', 'constructor']);
});

test.each([
  ['a web page', '\n<!DOCTYPE html>\n<html><body>Sign in</body></html>', 'is a web page'],
  ['a web page without a doctype', '<html></html>', 'is a web page'],
  ['nothing', '', 'holds null'],
  ['text', '404: Not Found', 'has no `openapi: 3.x.y`'],
  ['a list', '- openapi', 'holds an array'],
  ['a Swagger 2 description', 'swagger: "2.0"\npaths: {}\n', 'has no `openapi: 3.x.y`'],
  ['a version that is a number', 'openapi: 3.1\npaths: {}\n', 'has no `openapi: 3.x.y`'],
  ['no paths', 'openapi: 3.1.0\ninfo: {}\n', 'has no `paths`'],
  ['paths that are a list', 'openapi: 3.1.0\npaths: []\n', 'has no `paths`'],
])('refuses %s', async (_, text, reason) => {
  const message = await messageOf(text);

  expect(message).toContain(`${name}: ${reason}`);
  expect(message).toMatch(/give its path|Give the file or URL of one/);
});
