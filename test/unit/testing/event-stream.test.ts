import { expect, test, vi } from 'vitest';

import type { MockOperation } from '../../../generated/mock.gen.js';
import type { MockRequest } from '../../../src/testing/mock-request.js';
import { respond } from '../../../src/testing/respond.js';
import { collect } from '../../helpers/collect.js';
import { tailing } from '../../helpers/resumable-operation.js';

// None of the operations of this package's description has such a stream.
vi.mock('../../../generated/api.gen.js', async (original) => ({
  ...(await original<object>()),
  hasResumableStreams: true,
}));

const events = [{ line: 1 }, { line: 2 }, { line: 3 }];

/** The mock's response to a request for an operation whose stream has no end but that of its body. */
function mock(
  resume: string | undefined,
  sent: Partial<Pick<MockRequest, 'query' | 'headers'>> = {},
): Response {
  const operation: MockOperation = {
    id: 'logs.tail',
    method: 'GET',
    path: '/v1/logs/{name}',
    status: 200,
    contentType: 'text/event-stream',
    response: { kind: 'stream', events, ...(resume === undefined ? {} : { resume }) },
  };
  // Only these of a request are read.
  const request = { query: new URLSearchParams(), headers: new Headers(), ...sent } as MockRequest;
  return respond(operation, events, request, {
    eventDelayMs: 0,
    sleep: async () => undefined,
    signal: undefined,
    onCancel: () => undefined,
  });
}

test('a stream without a declared end ends with its body', async () => {
  expect(await mock(undefined).text()).toBe('data: {"line":1}\n\ndata: {"line":2}\n\ndata: {"line":3}\n\n');
});

test('the events of a stream that can be resumed have ids', async () => {
  expect(await mock('last_event_id').text()).toContain('id: 3\ndata: {"line":3}\n\n');
});

test.each([
  [
    'query',
    'last_event_id',
    { query: new URLSearchParams({ last_event_id: '2' }) },
    'id: 3\ndata: {"line":3}\n\n',
  ],
  [
    'header',
    'Last-Event-ID',
    { headers: new Headers({ 'last-event-id': '2' }) },
    'id: 3\ndata: {"line":3}\n\n',
  ],
  ['query, after the last', 'last_event_id', { query: new URLSearchParams({ last_event_id: '3' }) }, ''],
])('a request with an id in its %s gets what is after it', async (_, resume, sent, text) => {
  expect(await mock(resume, sent).text()).toBe(text);
});

test('an id that is not from the mock gets all events', async () => {
  const query = new URLSearchParams({ last_event_id: 'evt-a' });

  expect(await mock('last_event_id', { query }).text()).toContain('id: 1\n');
});

test('the client resumes the stream of the mock', async () => {
  const fetch = async (url: string, { headers }: RequestInit) =>
    mock('last_event_id', { query: new URL(url).searchParams, headers: new Headers(headers) });
  const stream = tailing({ fetch })();
  for await (const { line } of stream) if (line === 2) break;

  expect(await collect(stream.resume())).toEqual([{ line: 3 }]);
});
