import { describe, expect, test } from 'vitest';

import { transcribeLive } from '../../src/realtime/node.js';
import type { RequestOptions } from '../../src/resources/method.js';
import { bindResources } from '../../src/resources/bind.js';
import { createTransport } from '../../src/transport/transport.js';
import type { Fetch } from '../../src/transport/send.js';
import { collect } from '../helpers/collect.js';
import { failureOf } from '../helpers/failure-of.js';
import { instantClock } from '../helpers/instant-clock.js';
import { accessTo } from '../helpers/realtime-access.js';
import { serveRealtime } from '../helpers/realtime-server.js';

// Every error of a call has `attempts`, and those that come after the head of a response have its request id.

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const requestId = 'req-7';
const headers = { 'mistral-correlation-id': requestId };
const event =
  'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n';

/** A body that gives some text, and then breaks, ends or stalls. */
const bodyOf = (text: string, end: 'breaks' | 'ends' | 'stalls') =>
  new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      pull(controller) {
        if (end === 'breaks') controller.error(new Error('reset'));
        if (end === 'ends') controller.close();
      },
    },
    { highWaterMark: 0 },
  );

const stream = (text: string, end: 'breaks' | 'ends' | 'stalls') =>
  new Response(bodyOf(text, end), { headers: { ...headers, 'content-type': 'text/event-stream' } });

type Client = ReturnType<typeof bindResources>;
interface Failing {
  readonly respond: () => Response;
  readonly use: (mistral: Client, options: RequestOptions) => Promise<unknown>;
  readonly name: string;
}

const controller = new AbortController();
controller.abort();

const complete: Failing['use'] = async (mistral, options) => mistral.chat.complete(chat, options);
const iterate: Failing['use'] = async (mistral, options) => collect(mistral.chat.stream(chat, options));
const download: Failing['use'] = async (mistral, options) =>
  (await mistral.files.download({ file_id: 'f' }, options)).text();

/** What fails after the head of a response has come. */
const failing: Readonly<Record<string, Failing>> = {
  'an error of the API': {
    name: 'BadRequestError',
    respond: () => Response.json({ message: 'No' }, { status: 400, headers }),
    use: complete,
  },
  'a response that is not JSON': {
    name: 'ResponseError',
    respond: () => new Response('<html>', { headers }),
    use: complete,
  },
  'a response that breaks off': {
    name: 'ConnectionError',
    respond: () => new Response(bodyOf('{', 'breaks'), { headers }),
    use: complete,
  },
  'a response that stalls': {
    name: 'TimeoutError',
    respond: () => new Response(bodyOf('{', 'stalls'), { headers }),
    use: complete,
  },
  'a page without its items': {
    name: 'ResponseError',
    respond: () => Response.json({ data: 1 }, { headers }),
    use: async (mistral, options) => mistral.batch.jobs.list({}, options),
  },
  'a list whose page is without its items': {
    name: 'ResponseError',
    respond: () => Response.json({ data: 1 }, { headers }),
    use: async (mistral, options) => collect(mistral.batch.jobs.list({}, options)),
  },
  'a stream that is none': {
    name: 'ResponseError',
    respond: () => new Response('<html>', { headers }),
    use: iterate,
  },
  'a stream that ends early': {
    name: 'StreamInterruptedError',
    respond: () => stream(event, 'ends'),
    use: iterate,
  },
  'a stream that breaks off': {
    name: 'StreamInterruptedError',
    respond: () => stream(event, 'breaks'),
    use: iterate,
  },
  'a stream that stalls': { name: 'TimeoutError', respond: () => stream(event, 'stalls'), use: iterate },
  'an event that is not JSON': {
    name: 'ResponseError',
    respond: () => stream(`${event}data: {\n\n`, 'ends'),
    use: iterate,
  },
  'an error in a stream': {
    name: 'RateLimitError',
    respond: () => stream(`${event}data: {"error":{"code":429}}\n\n`, 'ends'),
    use: iterate,
  },
  'a download that breaks off': {
    name: 'ConnectionError',
    respond: () => new Response(bodyOf('a', 'breaks'), { headers }),
    use: download,
  },
  'a download that stalls': {
    name: 'TimeoutError',
    respond: () => new Response(bodyOf('a', 'stalls'), { headers }),
    use: download,
  },
  'a stream that is aborted': {
    name: 'AbortError',
    respond: () => stream(event, 'stalls'),
    use: async (mistral, options) => {
      const chunks = mistral.chat.stream(chat, options);
      for await (const _ of chunks) setImmediate(() => chunks.abort());
    },
  },
};

describe.each(Object.entries(failing))('%s', (_, { respond, use, name }) => {
  const limited = name === 'TimeoutError';

  test('says how often the request was sent, and the id of the last response', async () => {
    let sent = 0;
    const fetch: Fetch = async () => {
      sent += 1;
      return sent === 1 ? Response.json({ message: 'Busy' }, { status: 503 }) : respond();
    };
    const clock = instantClock();
    const mistral = bindResources(
      createTransport(
        { apiKey: 'test-key', fetch, logLevel: 'off', maxRetries: 1 },
        { clock, random: () => 0 },
      ),
    );

    const limits = limited ? { timeoutMs: 1000, idleTimeoutMs: 1000 } : {};
    const error = await failureOf(use(mistral, limits));

    expect(error).toMatchObject({ name, attempts: 2, requestId });
  });
});

test.each([
  ['a refused connection', new TypeError('fetch failed'), 'ConnectionError'],
  ['an abort', controller.signal, 'AbortError'],
])('%s says how often the request was sent, and has no request id', async (_, end, name) => {
  const fetch: Fetch = async () => {
    throw end as Error;
  };
  const mistral = bindResources(
    createTransport({ apiKey: 'test-key', fetch, logLevel: 'off', maxRetries: 0 }),
  );
  const signal = end instanceof AbortSignal ? end : undefined;

  const error = await failureOf(mistral.chat.complete(chat, signal ? { signal } : {}));

  expect(error).toMatchObject({ name, attempts: 1, requestId: undefined });
});

test.each(['cut', 'error'] as const)(
  'live transcription that fails by a %s says how often it was opened',
  async (end) => {
    const server = await serveRealtime({
      onMessage: ({ type }, { socket, say }, usual) => {
        if (type !== 'input_audio.append') usual();
        else if (end === 'cut') socket.terminate();
        else say({ type: 'error', error: { code: 500, message: 'No' } });
      },
      refusals: [{ status: 503 }],
    });
    const session = transcribeLive(accessTo(server.origin), { model: 'm', maxRetries: 1 });
    await session.send(new Uint8Array(320));

    expect(await failureOf(session.result())).toMatchObject({ attempts: 2 });
  },
);
