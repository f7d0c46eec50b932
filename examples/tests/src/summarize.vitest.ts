import { Mistral, InternalServerError } from 'mistral-sdk';
import { createMockMistral, failWith, rateLimit, type MockResponses } from 'mistral-sdk/testing';
import { expect, test } from 'vitest';

import { summarize } from './summarize';

/** A mock for each test, so that none sees the calls of another, and a client that does not retry. */
function connect(responses: MockResponses) {
  const mock = createMockMistral(responses);
  return { mock, mistral: new Mistral({ apiKey: 'test', fetch: mock.fetch, maxRetries: 0 }) };
}

test('asks for one sentence about the text', async () => {
  const { mock, mistral } = connect({ 'chat.complete': 'Cheese is old milk.' });

  expect(await summarize('Cheese is …', mistral)).toBe('Cheese is old milk.');
  expect(mock.callsTo('chat.complete')[0]?.params.messages).toEqual([
    { role: 'system', content: 'Summarize in one sentence.' },
    { role: 'user', content: 'Cheese is …' },
  ]);
});

test('shows the beginning of the text while there are too many requests', async () => {
  const { mistral } = connect({ 'chat.complete': rateLimit() });

  expect(await summarize('Cheese is milk that learned to wait.', mistral)).toBe('Cheese is milk that …');
});

test('passes on every other failure', async () => {
  const { mistral } = connect({ 'chat.complete': failWith(503) });

  await expect(summarize('Cheese is …', mistral)).rejects.toThrow(InternalServerError);
});
