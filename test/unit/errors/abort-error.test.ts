import { expect, test } from 'vitest';

import { AbortError } from '../../../src/errors/abort-error.js';

test('the reason of an abort is the cause of its error, whatever it is', () => {
  const reason = { code: 'page closed' };

  const error = new AbortError(reason);

  expect(error.name).toBe('AbortError');
  expect(error.cause).toBe(reason);
});
