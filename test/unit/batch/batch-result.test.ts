import { expect, test } from 'vitest';

import { outcomeOf } from '../../../src/batch/batch-result.js';
import { RateLimitError } from '../../../src/errors/api-error.js';

test.each([429, '429'])('a result whose status is %j is an error, as a number and as text', (status_code) => {
  const { error } = outcomeOf({ response: { status_code, body: { message: 'Slow down' } } }, 'Request 0');

  expect(error).toBeInstanceOf(RateLimitError);
});

test.each([200, '200', undefined])('a result whose status is %j is an output', (status_code) => {
  const outcome = outcomeOf(
    { response: { ...(status_code === undefined ? {} : { status_code }), body: 'Bonjour' } },
    'Request 0',
  );

  expect(outcome).toEqual({ output: 'Bonjour', error: undefined });
});
