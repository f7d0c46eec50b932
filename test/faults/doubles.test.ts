import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { bindResources } from '../../src/resources/bind.js';
import { createTransport } from '../../src/transport/transport.js';
import { saveToFile } from '../../src/uploads/node.js';
import { collect } from '../helpers/collect.js';
import { failureOf } from '../helpers/failure-of.js';
import { handClock } from '../helpers/hand-clock.js';
import { instantClock } from '../helpers/instant-clock.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
/** No text: what reads it as one changes it. */
const bytes = Uint8Array.of(0x80, 0x00, 0xff, 0xc3, 0x0a);

/** What a response of something else than the runtime's own `fetch` is made of. */
type Make = (content: Uint8Array) => Record<string, unknown>;

const text = (content: Uint8Array) => async () => new TextDecoder().decode(content);
const arrayBuffer = (content: Uint8Array) => async () => content.slice().buffer;

async function* inChunks(content: Uint8Array) {
  for (let index = 0; index < content.length; index += 3) yield content.subarray(index, index + 3);
}

const forms: readonly (readonly [name: string, make: Make])[] = [
  [
    'no `body`, as in React Native',
    (content) => ({ text: text(content), arrayBuffer: arrayBuffer(content) }),
  ],
  [
    '`null` for a body, and a text',
    (content) => ({ body: null, text: text(content), arrayBuffer: arrayBuffer(content) }),
  ],
  ['`arrayBuffer()` alone', (content) => ({ arrayBuffer: arrayBuffer(content) })],
  ['a Node stream, as of node-fetch', (content) => ({ body: Readable.from(inChunks(content)) })],
  ['an async iterable', (content) => ({ body: inChunks(content) })],
  [
    'a reader alone',
    (content) => ({ body: { getReader: () => new Blob([content.slice()]).stream().getReader() } }),
  ],
];

/** A client whose `fetch` gives such responses, never waits, and counts its requests. */
function client(make: Make, content: Uint8Array | string, init: { status?: number; type?: string } = {}) {
  const { status = 200, type = 'application/json' } = init;
  const fetch = vi.fn(
    async () =>
      // Such a response is none by its type, and that is the point.
      ({
        status,
        ok: status < 300,
        statusText: '',
        headers: new Headers({ 'content-type': type }),
        ...make(typeof content === 'string' ? new TextEncoder().encode(content) : content),
      }) as unknown as Response,
  );
  const transport = createTransport(
    { apiKey: 'test-key-0123456789', fetch, logLevel: 'off' },
    { clock: instantClock() },
  );
  return { mistral: bindResources(transport), fetch };
}

describe.each(forms)('a response that has %s', (_, make) => {
  test('is read as JSON', async () => {
    const { mistral } = client(make, '{"data":[{"id":"é"}]}');

    expect(await mistral.models.list()).toEqual({ data: [{ id: 'é' }] });
  });

  test('is read as an error', async () => {
    const { mistral } = client(make, '{"message":"Not for you"}', { status: 403 });

    expect(await failureOf(mistral.models.list())).toMatchObject({
      name: 'PermissionDeniedError',
      message: expect.stringContaining('Not for you'),
    });
  });

  test('is read as a stream', async () => {
    const events = 'data: {"choices":[]}\n\ndata: {"choices":[],"id":"é"}\n\ndata: [DONE]\n\n';
    const { mistral } = client(make, events, { type: 'text/event-stream' });

    expect(await collect(mistral.chat.stream(chat))).toEqual([{ choices: [] }, { choices: [], id: 'é' }]);
  });

  test('that ends before the stream does is an interruption', async () => {
    const { mistral } = client(make, 'data: {"choices":[]}\n\n', { type: 'text/event-stream' });

    expect(await failureOf(collect(mistral.chat.stream(chat)))).toHaveProperty(
      'name',
      'StreamInterruptedError',
    );
  });

  test('is downloaded as the bytes that it is', async () => {
    const { mistral } = client(make, bytes, { type: 'application/octet-stream' });

    const response = await mistral.files.download({ file_id: 'f' });

    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  test('is saved to a file as the bytes that it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'file');
    const { mistral } = client(make, bytes, { type: 'application/octet-stream' });

    expect(await saveToFile(mistral.files.download({ file_id: 'f' }), path)).toEqual({ bytes: 5 });
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  });

  test('is let go of where nothing of it is wanted', async () => {
    const { mistral } = client(make, '', { status: 204 });

    expect(await mistral.beta.libraries.documents.delete({ library_id: 'l', document_id: 'd' })).toBe(
      undefined,
    );
  });
});

test('a whole text without a way to send bytes is read as JSON, too', async () => {
  const { mistral } = client((content) => ({ text: text(content) }), '{"data":[]}');

  expect(await mistral.models.list()).toEqual({ data: [] });
});

test.each([
  ['nothing to read it by', { body: undefined }, /cannot be read: it has neither a web stream nor/],
  ['a body that is no stream', { body: { on: () => undefined } }, /cannot be read/],
  ['no headers', { headers: undefined }, /has no `headers`/],
])('a response with %s is an error that says so, at once', async (_, parts, message) => {
  const { mistral, fetch } = client(() => parts, '');

  expect(await failureOf(mistral.models.list())).toMatchObject({ name: 'MistralError', message });
  expect(await failureOf(collect(mistral.chat.stream(chat)))).toMatchObject({ message });
  expect(fetch).toHaveBeenCalledTimes(2);
});

const never = () => new Promise<never>(() => undefined);
const stalling: readonly (readonly [name: string, parts: () => Record<string, unknown>])[] = [
  ['text()', () => ({ text: never })],
  ['a Node stream', () => ({ body: new Readable({ read: () => undefined }) })],
  ['an async iterable', () => ({ body: { [Symbol.asyncIterator]: () => ({ next: never, return: never }) } })],
  [
    'a web stream that never ends its cancelling',
    () => ({ body: new ReadableStream({ pull: never, cancel: never }) }),
  ],
];

describe.each(stalling)('where %s never settles', (_, parts) => {
  const make = (clock = handClock()) => {
    const fetch = async () =>
      ({
        status: 200,
        ok: true,
        headers: new Headers({ 'content-type': 'application/json' }),
        ...parts(),
      }) as unknown as Response;
    const options = { apiKey: 'test-key-0123456789', fetch, logLevel: 'off', maxRetries: 0 } as const;
    return { clock, mistral: bindResources(createTransport(options, { clock })) };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('the time limit holds', async () => {
    const { clock, mistral } = make();
    const failing = failureOf(mistral.models.list({}, { timeoutMs: 1000 }));

    await turn();
    clock.pass(1000);

    expect(await failing).toHaveProperty('name', 'TimeoutError');
    expect(clock.pending()).toBe(0);
  });

  test('an abort ends the call', async () => {
    const { mistral } = make();
    const controller = new AbortController();
    const failing = failureOf(mistral.models.list({}, { signal: controller.signal }));

    await turn();
    controller.abort();

    expect(await failing).toHaveProperty('name', 'AbortError');
  });
});

test.each([
  ['a JSON answer that is too large', 200, (mistral: Client) => mistral.models.list(), 'ResponseError'],
  ['a redirect', 302, (mistral: Client) => mistral.models.list(), 'RedirectError'],
  [
    'an answer that nobody wants',
    200,
    (mistral: Client) => mistral.beta.libraries.documents.delete({ library_id: 'l', document_id: 'd' }),
    undefined,
  ],
])('%s is not waited for when it does not end its cancelling', async (_, status, call, name) => {
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(100)),
    cancel: never,
  });
  const fetch = async () => new Response(body, { status, headers: { location: '/' } });
  const transport = createTransport({
    apiKey: 'test-key-0123456789',
    fetch,
    logLevel: 'off',
    maxResponseBytes: 1000,
  });

  const outcome = await Promise.resolve(call(bindResources(transport))).catch((error: unknown) => error);

  expect((outcome as Error | undefined)?.name).toBe(name);
});

type Client = ReturnType<typeof bindResources>;
