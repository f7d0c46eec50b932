import { expect, onTestFinished, test, vi } from 'vitest';

import { createMockMistral, type MockMistral } from '../../../src/testing/index.js';
import { serveMock } from '../../../src/testing/node.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const messages = [{ role: 'user' as const, content: 'Bonjour' }];
const chunk = { id: 'chunk', model: 'm', choices: [] };

async function start(mock: MockMistral = createMockMistral()) {
  const server = await serveMock(mock);
  onTestFinished(() => server.close());
  return { mock, server, mistral: client({ baseURL: server.url }) };
}

test('the mock is served on loopback, at a free port', async () => {
  const { mock, server, mistral } = await start();

  const reply = await mistral.chat.complete({ model: 'mistral-large-latest', messages });

  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(reply.model).toBe('mistral-large-latest');
  expect(mock.requests).toMatchObject([
    { operation: 'chat.complete', path: '/v1/chat/completions', body: { messages } },
  ]);
});

test('errors and headers arrive as they are', async () => {
  const { server } = await start();

  const response = await fetch(`${server.url}/v1/models`);

  expect(response.status).toBe(401);
  expect(response.headers.get('mistral-correlation-id')).toBe('00000000-0000-4000-8000-000000000001');
  expect(await response.json()).toMatchObject({ object: 'error' });
});

test('a response without content has none', async () => {
  const { mistral } = await start();

  expect(await mistral.beta.conversations.delete({ conversation_id: 'conv_1' })).toBeUndefined();
});

test('files travel in both directions', async () => {
  const { mistral } = await start();

  const file = await mistral.files.upload({ file: new File(['abc'], 'three.txt') });

  expect(file).toMatchObject({ filename: 'three.txt', bytes: 3 });
});

test('events arrive one by one', async () => {
  const { mistral } = await start(createMockMistral({ 'chat.stream': [chunk, chunk] }));

  expect(await collect(mistral.chat.stream({ model: 'm', messages }))).toEqual([chunk, chunk]);
});

test('a client that disconnects cancels the stream', async () => {
  const endless = Array.from({ length: 100_000 }, () => ({ ...chunk, id: 'x'.repeat(1000) }));
  const { mock, mistral } = await start(createMockMistral({ 'chat.stream': endless }));

  for await (const _ of mistral.chat.stream({ model: 'm', messages })) break;

  await vi.waitFor(() => expect(mock.requests).toMatchObject([{ cancelled: true }]));
});

test('a response that throws is told to the caller', async () => {
  const mock = createMockMistral().on('models.list', () => {
    throw new Error('a bug in the test');
  });
  const { server } = await start(mock);

  const response = await fetch(`${server.url}/v1/models`, { headers: { authorization: 'Bearer test-key' } });

  expect(response.status).toBe(500);
  expect(await response.text()).toBe('The mock failed: a bug in the test');
});

test('a port that is taken is an error', async () => {
  const { server } = await start();

  expect(await failureOf(serveMock(createMockMistral(), { port: server.port }))).toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('closing ends the streams that still run', async () => {
  const mock = createMockMistral(
    { 'chat.stream': [chunk, chunk] },
    { eventDelayMs: 1, sleep: () => new Promise(() => {}) },
  );
  const { server } = await start(mock);
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages, stream: true }),
  });

  await server.close();

  expect(await failureOf(response.text())).toMatchObject({ message: 'terminated' });
});
