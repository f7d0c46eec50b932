import { expect, test } from 'vitest';

import { isRecord } from '../../../src/internal/is-record.js';

test.each([[{}], [{ a: 1 }], [Object.create(null)], [new Error('an object, too')]])(
  '%j is a record',
  (value) => {
    expect(isRecord(value)).toBe(true);
  },
);

test.each([[null], [undefined], [[]], ['text'], [1], [() => ({})]])('%j is none', (value) => {
  expect(isRecord(value)).toBe(false);
});
