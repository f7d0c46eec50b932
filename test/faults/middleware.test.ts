import { setImmediate as turn } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Mistral, type Middleware, type MistralOptions } from '../../src/index.js';
import { collect } from '../helpers/collect.js';
import { failureOf } from '../helpers/failure-of.js';
import { serve } from '../helpers/loopback.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const unhandled = vi.fn();

beforeEach(() => {
  unhandled.mockReset();
  process.on('unhandledRejection', unhandled);
});

afterEach(async () => {
  await turn();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

/** A server whose answers are large, and a client of it that may not take a second for one. */
async function client(middleware: Middleware, options: MistralOptions = {}) {
  const closed = vi.fn();
  const sent = vi.fn();
  const large = JSON.stringify({ data: [], filling: 'x'.repeat(3_000_000) });
  const baseURL = await serve((request, reply) => {
    sent(request.url);
    reply.on('close', closed);
    request.resume();
    if (request.method === 'POST') {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      return reply.end(`data: {"choices":[],"filling":"${'x'.repeat(1_000_000)}"}\n\ndata: [DONE]\n\n`);
    }
    const status = sent.mock.calls.length === 1 ? 401 : 200;
    return reply.writeHead(status, { 'content-type': 'application/json' }).end(large);
  });
  const mistral = new Mistral({
    apiKey: 'test-key-0123456789',
    baseURL,
    middleware: [middleware],
    maxRetries: 0,
    timeoutMs: 2000,
    logLevel: 'off',
    ...options,
  });
  return { mistral, sent, closed };
}

/** What a middleware may do with a response before it goes on. */
const uses: Readonly<Record<string, (response: Response) => Promise<unknown>>> = {
  'cancels its body': async (response) => response.body?.cancel(),
  'reads a part of its body': async (response) => {
    // oxlint-disable-next-line no-unreachable-loop -- it is left at once, and that is the point
    for await (const _ of response.body!) break;
  },
  'reads a chunk and cancels': async (response) => {
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
  },
  'reads it': (response) => response.text(),
  'reads a clone of it': (response) => response.clone().text(),
  'cancels a clone of it': async (response) => response.clone().body?.cancel(),
  'clones it, and leaves it': async (response) => response.clone(),
  'asks for its body, and leaves it': async (response) => response.body,
  'looks at its head alone': async (response) => response.headers.get('content-type'),
};

describe.each(Object.entries(uses))('a middleware that %s', (_, use) => {
  test('may send the request again', async () => {
    const { mistral, sent } = await client(async (request, next) => {
      const response = await next(request);
      if (response.status !== 401) return response;
      await use(response);
      return next(request);
    });

    expect(await mistral.models.list()).toMatchObject({ data: [] });
    expect(sent).toHaveBeenCalledTimes(2);
  });

  test('may give the response on, whole', async () => {
    const { mistral } = await client(async (request, next) => {
      const response = await next(request);
      await use(response);
      return response;
    });

    expect(await failureOf(mistral.models.list())).toHaveProperty('status', 401);
    expect(await mistral.models.list()).toHaveProperty('filling.length', 3_000_000);
    expect(await collect(mistral.chat.stream(chat))).toHaveLength(1);
  });

  test('may answer itself', async () => {
    const { mistral } = await client(async (request, next) => {
      await use(await next(request));
      return Response.json({ data: ['own'] });
    });

    expect(await mistral.models.list()).toEqual({ data: ['own'] });
  });

  test('may fail by an error of its own', async () => {
    const own = new Error('own');
    const { mistral } = await client(async (request, next) => {
      await use(await next(request));
      throw own;
    });

    expect(await failureOf(mistral.models.list())).toBe(own);
  });
});

test('a response that a middleware replaces unread is let go of', async () => {
  const { mistral, closed } = await client(async (request, next) => {
    await next(request);
    return Response.json({ data: [] });
  });

  await mistral.models.list();

  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
});

describe('a cache', () => {
  const caching = (): Middleware => {
    const cache = new Map<string, Response>();
    return async (request, next) => {
      const response = cache.get(request.url) ?? (await next(request));
      if (response.status === 200) cache.set(request.url, response);
      return response.clone();
    };
  };

  test('may keep responses, and give clones of them as often as it likes', async () => {
    const { mistral, sent } = await client(caching());
    await failureOf(mistral.models.list());

    for (let call = 0; call < 4; call += 1)
      expect(await mistral.models.list()).toHaveProperty('filling.length', 3_000_000);
    expect(sent).toHaveBeenCalledTimes(2);
  });

  test('may keep streams', async () => {
    const { mistral, sent } = await client(caching());

    for (let call = 0; call < 3; call += 1) expect(await collect(mistral.chat.stream(chat))).toHaveLength(1);
    expect(sent).toHaveBeenCalledOnce();
  });

  test('that gives the same response on may read it first', async () => {
    const texts: string[] = [];
    const { mistral } = await client(async (request, next) => {
      const response = await next(request);
      texts.push(await response.clone().text(), await response.text());
      return response;
    });
    await failureOf(mistral.models.list());
    await mistral.models.list();

    expect(new Set(texts).size).toBe(1);
  });
});

test('a response keeps its URL through a middleware that reads it', async () => {
  const { mistral } = await client(async (request, next) => {
    const response = await next(request);
    await response.text();
    return response;
  });
  await failureOf(mistral.models.list());

  const { response } = await mistral.models.list().withResponse();

  expect(response.url).toMatch(/\/v1\/models$/);
});
