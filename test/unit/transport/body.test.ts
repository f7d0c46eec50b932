import { expect, test } from 'vitest';

import { writeBody } from '../../../src/transport/body.js';

test('an object is written as JSON, and null stays null', () => {
  expect(writeBody({ text: 'é', absent: undefined, none: null })).toBe('{"text":"é","none":null}');
  expect(writeBody(null)).toBe('null');
});

test('forms and bytes go as they are', () => {
  const form = new FormData();
  const blob = new Blob(['bytes']);

  expect(writeBody(form)).toBe(form);
  expect(writeBody(blob)).toBe(blob);
});

test('no body stays none', () => {
  expect(writeBody(undefined)).toBeUndefined();
});

test('what has no JSON is refused with the reason', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  expect(() => writeBody(circular)).toThrow(/^The parameters cannot be written as JSON: .*circular/);
  expect(() => writeBody({ size: 1n })).toThrow(TypeError);
});
