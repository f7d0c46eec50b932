import { expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import * as testing from '../../../src/testing/index.js';
import { openCassette, serveMock } from '../../../src/testing/node.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';

/** What a program without types may do. */
const functions = testing as unknown as Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
const mock = testing.createMockMistral();

test.each<[string, readonly unknown[], string]>([
  ['createMockMistral', [null], 'the responses must be an object'],
  ['createMockMistral', [[]], 'the responses must be an object'],
  ['createMockMistral', ['chat.complete'], 'the responses must be an object'],
  ['createMockMistral', [{}, null], 'the options must be an object'],
  ['createMockMistral', [{}, { failOnUnMocked: true }], 'Did you mean `failOnUnmocked`?'],
  ['createMockMistral', [{ strict: false }], 'createMockMistral(responses, { strict })'],
  ['createMockMistral', [{}, { strict: 'false' }], '`strict` must be true or false'],
  ['createMockMistral', [{}, { sleep: 5 }], '`sleep` must be a function'],
  ['createMockMistral', [{}, { eventDelayMs: '50' }], '`eventDelayMs` must be a number'],
  ['failWith', [503, { time: 1 }], 'Did you mean `times`?'],
  ['failWith', [503, { message: 'Busy' }], 'Did you mean `body`?'],
  ['failWith', [503, 'At last'], 'the options must be an object'],
  ['rateLimit', ['At last'], 'the options must be an object'],
  ['rateLimit', [{ retryAfter: 1 }], 'Did you mean `retryAfterSeconds`?'],
  ['disconnect', [{ events: 1 }], 'Did you mean `after`?'],
  ['disconnect', [{ after: null }], '`events`, `parts` or `bytes`'],
  ['disconnect', [['Bon', 'jour']], 'the options must be an object'],
  ['truncateAfter', [], '`events`, `parts` or `bytes`'],
  ['truncateAfter', [{ events: 1, event: 2 }], '`events`, `parts` or `bytes`'],
  ['stall', [500], 'the options must be an object'],
  ['stall', [{ ms: 500 }], 'Did you mean `forMs`?'],
  ['delay', ['500'], '`ms` must be a number'],
  ['toolCall', [], 'the name of a function'],
  ['thinking', [], 'takes a text'],
  ['citation', [], 'numbers of documents'],
  ['citation', [-1], 'numbers of documents'],
  ['citation', [{ titel: 'The final' }], 'numbers of documents'],
  ['finish', [], 'takes a reason'],
  ['usage', [], 'numbers of tokens'],
  ['usage', [{ promptTokens: 5 }], 'numbers of tokens'],
  ['usage', [{ prompt_tokens: '5' }], 'numbers of tokens'],
  ['mockBatches', [{ polls: 1 }], 'Did you mean `pollsUntilEnded`?'],
  ['mockBatches', [{ pollsUntilEnded: 0 }], 'at least 1'],
  ['mockBatches', [{ respond: { status: 429 } }], '`respond` must be a function'],
  ['createCassette', [undefined, { modus: 'record' }], 'no option `modus`'],
  ['createCassette', [undefined, { secrets: 'long enough' }], 'a list of texts'],
  ['createCassette', [undefined, { scrub: 5 }], '`scrub` must be a function'],
  ['createCassette', [{ version: 1, recordings: [null] }], 'recordings of version 1'],
])('%s() with %j says what to do', (name, given, says) => {
  const use = () => functions[name]!(...given);

  expect(use).toThrow(ArgumentError);
  expect(use).toThrow(says);
});

test.each([undefined, 5, ['chat.complete']])('there is no operation named %j', (name) => {
  expect(() => mock.on(name as unknown as 'chat.complete', 'Hi')).toThrow(
    'The name of an operation is a text',
  );
  expect(() => mock.callsTo(name as unknown as 'chat.complete')).toThrow(ArgumentError);
});

test.each<[readonly unknown[], string]>([
  [[], 'made by `createMockMistral()`'],
  [[mock.fetch], 'made by `createMockMistral()`'],
  [[mock, { prot: 8080 }], 'Did you mean `port`?'],
  [[mock, { port: 'server.sock' }], '`port` must be a whole number'],
])('serveMock() with %j says what to do', async (given, says) => {
  const failure = await failureOf(serveMock(...(given as Parameters<typeof serveMock>)));

  expect(failure).toBeInstanceOf(ArgumentError);
  expect(failure).toMatchObject({ message: expect.stringContaining(says) as string });
});

test('a cassette has a path', async () => {
  expect(await failureOf(openCassette(undefined as unknown as string))).toBeInstanceOf(ArgumentError);
});

test('a Response whose body was read is not what a call gets, which is not retried', async () => {
  const response = Response.json({ object: 'list', data: [] });
  await response.text();
  const read = testing.createMockMistral({ 'models.list': response });

  const failure = await failureOf(client({ fetch: read.fetch, maxRetries: 2 }).models.list());

  expect(failure).toBeInstanceOf(ArgumentError);
  expect(failure).toMatchObject({ message: expect.stringContaining('`models.list`') as string });
  expect(read.calls).toHaveLength(1);
});
