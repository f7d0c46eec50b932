import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createMockMistral, rateLimit } from 'mistral-sdk/testing';

import { summarize } from './summarize';

// The code under test makes its own client, which takes the global `fetch` and the key of the environment.
const mock = createMockMistral();

beforeEach(() => {
  process.env.MISTRAL_API_KEY = 'test';
  jest.spyOn(globalThis, 'fetch').mockImplementation(mock.fetch);
});

afterEach(() => {
  jest.restoreAllMocks();
  mock.reset();
});

test('asks for one sentence about the text', async () => {
  mock.on('chat.complete', 'Cheese is old milk.');

  expect(await summarize('Cheese is …')).toBe('Cheese is old milk.');
  expect(mock.callsTo('chat.complete')).toHaveLength(1);
});

test('asks once more where there were too many requests', async () => {
  mock.on('chat.complete', rateLimit({ times: 1 }, 'Cheese is old milk.'));

  expect(await summarize('Cheese is …')).toBe('Cheese is old milk.');
  expect(mock.callsTo('chat.complete')).toHaveLength(2);
});
