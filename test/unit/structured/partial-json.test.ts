import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { PartialJson } from '../../../src/structured/partial-json.js';

/** What there is to see after each piece. */
function seen(...pieces: string[]): unknown[] {
  const json = new PartialJson();
  return pieces.map((piece) => {
    json.add(piece);
    return structuredClone(json.value);
  });
}

const last = (...pieces: string[]) => seen(...pieces).at(-1);

test('a value grows with what arrives', () => {
  expect(seen('{"na', 'me":', '"A', 'da","tags":[', '"x', '",', '"y"', '],"n":1', '}')).toEqual([
    {},
    {},
    { name: 'A' },
    { name: 'Ada', tags: [] },
    { name: 'Ada', tags: ['x'] },
    { name: 'Ada', tags: ['x'] },
    { name: 'Ada', tags: ['x', 'y'] },
    { name: 'Ada', tags: ['x', 'y'] },
    { name: 'Ada', tags: ['x', 'y'], n: 1 },
  ]);
});

test('it says whether there is more to see', () => {
  const json = new PartialJson();
  const grew = ['{', ' ', '"a"', ':', '"', '', 'b', '"', ',"c":1', '2', '}', ' '].map((piece) =>
    json.add(piece),
  );
  expect(grew).toEqual([true, false, false, false, true, false, true, false, false, false, true, false]);
});

test.each([
  ['a number, until it has ended', '{"a":12', {}],
  ['a number, once it has', '{"a":12,', { a: 12 }],
  ['a word', '{"a":tru', {}],
  ['null', '[null', []],
  ['an escape', String.raw`["a\u00`, ['a']],
  ['a backslash', '["a\\', ['a']],
  ['half a character', '["a\ud83d', ['a']],
  ['half a character as an escape', String.raw`["a\ud83d`, ['a']],
  ['a key', '{"a":1,"bcd', { a: 1 }],
])('cut in %s', (_, text, value) => {
  expect(last(text)).toEqual(value);
});

test('a character whose halves come apart is whole', () => {
  expect(last('["\ud83d', '\ude00"]')).toEqual(['😀']);
  expect(last(String.raw`["\ud83d`, String.raw`\ude00"]`)).toEqual(['😀']);
  expect(last('["\ud83d', String.raw`\ude00"]`)).toEqual(['😀']);
});

test.each([
  ['text', 'I cannot', undefined],
  ['a fence', '```json\n{"a":1}', undefined],
  ['something after the end', '{"a":1} {"b":2}', { a: 1 }],
  ['a wrong word', '{"a":nul,"b":1}', {}],
  ['a wrong escape', String.raw`{"a":"x\q","b":1}`, {}],
  ['a key without a colon', '{"a" 1}', {}],
  ['no comma', '[1 2]', [1]],
  ['a key that is none', '{1:2}', {}],
  ['a wrong end', '{"a":1]', { a: 1 }],
])('at %s it stops', (_, text, value) => {
  expect(last(text)).toEqual(value);
});

test('a key that JavaScript has a meaning for is a key', () => {
  const json = new PartialJson();
  json.add('{"__proto__":{"admin":true}}');
  expect(Object.keys(json.value as object)).toEqual(['__proto__']);
  expect((json.value as { admin?: boolean }).admin).toBeUndefined();
});

test('cut anywhere, it ends as `JSON.parse` has it, and was never wrong before', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.jsonValue(), cuts, fc.constantFrom(undefined, 2), (value, sizes, space) => {
      // A lone scalar has no end.
      const text = `${JSON.stringify([value], null, space)}`;
      const json = new PartialJson();
      let before: unknown;
      for (let at = 0, turn = 0; at < text.length; turn += 1) {
        const size = sizes[turn % sizes.length]!;
        json.add(text.slice(at, at + size));
        at += size;
        if (before !== undefined) expect(json.value).toBe(before);
        before = json.value;
      }
      expect(json.value).toEqual(JSON.parse(text));
    }),
  );
});

test('a reply of 10,000 pieces costs its length, not its square', () => {
  const text = JSON.stringify({
    text: 'word '.repeat(5_000),
    list: Array.from({ length: 5_000 }, (_, i) => i),
  });
  const pieces = text.match(/.{1,5}/g)!;
  const looks = vi.spyOn(String.prototype, 'charCodeAt');
  const json = new PartialJson();
  for (const piece of pieces) json.add(piece);
  const count = looks.mock.calls.length;
  looks.mockRestore();
  expect(pieces.length).toBeGreaterThan(9_000);
  expect(json.value).toEqual(JSON.parse(text));
  expect(count).toBeLessThan(2 * text.length);
});
