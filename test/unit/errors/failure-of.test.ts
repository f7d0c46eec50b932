import { expect, test } from 'vitest';

import { AbortError } from '../../../src/errors/abort-error.js';
import { ConnectionError } from '../../../src/errors/connection-error.js';
import { linkSignals } from '../../../src/internal/linked-cancellation.js';
import { failureOf } from '../../../src/errors/failure-of.js';

const failure = (cause: unknown, signal?: AbortSignal) =>
  failureOf(
    { call: 'GET /v1/models', cancellation: linkSignals(signal), scrub: (value) => value },
    'got no response',
    cause,
  );

test('a failure while the signal stands is one of the connection', () => {
  const cause = new Error('socket hang up');

  const error = failure(cause, new AbortController().signal);

  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({ message: 'GET /v1/models got no response: socket hang up', cause });
});

test('a failure after an abort is the abort, with its reason', () => {
  const error = failure(new Error('socket hang up'), AbortSignal.abort('enough'));

  expect(error).toBeInstanceOf(AbortError);
  expect(error.cause).toBe('enough');
});

test.each([
  ['its own', new Error('bad port'), 'bad port'],
  [
    'that of its cause, which Node wraps',
    new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
    'connect ECONNREFUSED',
  ],
  [
    'the code of its cause where that says nothing',
    new TypeError('fetch failed', { cause: Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' }) }),
    'ETIMEDOUT',
  ],
  [
    'its own where its cause says nothing at all',
    new TypeError('terminated', { cause: new Error('') }),
    'terminated',
  ],
  ['whatever was thrown', 'out of sockets', 'out of sockets'],
])('the message of a failure is %s', (_, cause, message) => {
  expect(failure(cause).message).toBe(`GET /v1/models got no response: ${message}`);
});
