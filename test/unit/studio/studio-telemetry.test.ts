import { setImmediate } from 'node:timers/promises';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { ArgumentError, Mistral } from '../../../src/index.js';
import { createTelemetry } from '../../../src/studio/create-telemetry.js';
import { studioTelemetry, type Attributes, type StudioOptions } from '../../../src/studio/index.js';
import { runTools, tool } from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { instantClock } from '../../helpers/instant-clock.js';
import { serve } from '../../helpers/loopback.js';
import { otlpCollector, spansIn, valuesOf, type WireRequest } from '../../helpers/otlp-collector.js';
import { answer, scripted } from '../../helpers/scripted.js';
import type { Fetch } from '../../../src/transport/send.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const messages = [{ role: 'user' as const, content: 'Bonjour, ada@example.com' }];
const chat = { model: 'mistral-small-latest', messages };
const reply = {
  id: 'cmpl-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Salut' }, finish_reason: 'stop' }],
};

const logger = () => ({ error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() });

/** Telemetry with a collector, on a clock that stands still, and a client whose calls succeed. */
function traced(
  options: StudioOptions = {},
  collector = otlpCollector(),
  clock: ReturnType<typeof handClock> | ReturnType<typeof instantClock> = handClock(),
) {
  const log = logger();
  const studio = createTelemetry(
    { apiKey: 'studio-key-0123456789', fetch: collector.fetch, logger: log, ...options },
    clock,
  );
  const { mistral } = scripted([answer(200, {}, reply)], { observer: studio });
  return {
    studio,
    mistral,
    collector,
    log,
    warnings: () => log.warn.mock.calls.map(([line]) => String(line)),
  };
}

describe('where spans go', () => {
  test('to the API, with the key, as JSON', async () => {
    const { studio, mistral, collector } = traced();

    await mistral.chat.complete(chat);
    await studio.flush();

    const [{ url, headers }] = collector.requests as [(typeof collector.requests)[number]];
    expect(url).toBe('https://api.mistral.ai/telemetry/v1/traces');
    expect(headers.get('authorization')).toBe('Bearer studio-key-0123456789');
    expect(headers.get('content-type')).toBe('application/json');
  });

  test.each<[about: string, options: StudioOptions, environment: Record<string, string>, url: string]>([
    ['another base URL', { baseURL: 'https://eu.example/x' }, {}, 'https://eu.example/x/telemetry/v1/traces'],
    [
      'an endpoint',
      { endpoint: 'https://otel.example/v1/traces?a=b' },
      {},
      'https://otel.example/v1/traces?a=b',
    ],
    [
      'an endpoint of the environment',
      {},
      { MISTRAL_OTLP_TRACES_ENDPOINT: 'https://otel.example/t' },
      'https://otel.example/t',
    ],
    [
      'a base URL of the environment',
      {},
      { MISTRAL_BASE_URL: 'https://e.example' },
      'https://e.example/telemetry/v1/traces',
    ],
  ])('to %s', async (_, options, environment, url) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { studio, mistral, collector } = traced(options);

    await mistral.chat.complete(chat);
    await studio.flush();

    expect(collector.requests.map((request) => request.url)).toEqual([url]);
  });

  test('a collector that speaks HTTP takes them, with the name of the service', async () => {
    const bodies: string[] = [];
    const baseURL = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
      });
    });
    const studio = studioTelemetry({
      apiKey: 'key',
      baseURL,
      serviceName: 'helpdesk',
      resourceAttributes: { 'service.version': '1.2', replicas: 2, isTest: true },
      batchDelayMs: 1,
    });
    const { mistral } = scripted([answer(200, {}, reply)], { observer: studio });

    await mistral.chat.complete(chat);
    await studio.shutdown();

    const [{ resourceSpans }] = bodies.map((body) => JSON.parse(body) as WireRequest) as [WireRequest];
    expect(valuesOf(resourceSpans[0]!.resource.attributes)).toEqual({
      'service.name': 'helpdesk',
      'service.version': '1.2',
      'telemetry.sdk.name': 'mistral-sdk',
      replicas: 2,
      isTest: true,
    });
    expect(studio.droppedSpans).toBe(0);
  });

  test('a call does not wait for them', async () => {
    const never = new Promise<Response>(() => undefined);
    const { mistral, studio, collector } = traced(
      { maxBatchSpans: 1 },
      otlpCollector(() => never),
    );

    await mistral.chat.complete(chat);
    await mistral.chat.complete(chat);

    await setImmediate();
    expect(collector.requests).toHaveLength(1);
    expect(studio.droppedSpans).toBe(0);
  });

  test('nowhere with MISTRAL_SDK_TELEMETRY=false', async () => {
    vi.stubEnv('MISTRAL_SDK_TELEMETRY', 'false');
    const { studio, mistral, collector } = traced();
    const weather = { name: 'weather', execute: () => 'Sunny' };

    await studio.trace('all', () => mistral.chat.complete(chat));
    expect(studio.traceTool(weather)).toBe(weather);
    await studio.shutdown();

    expect(collector.requests).toHaveLength(0);
  });
});

describe('batches', () => {
  test('leave after a delay, or when they are full', async () => {
    const clock = handClock();
    const { mistral, collector } = traced({ batchDelayMs: 500, maxBatchSpans: 2 }, otlpCollector(), clock);

    await mistral.chat.complete(chat);
    clock.pass(499);
    await setImmediate();
    expect(collector.requests).toHaveLength(0);
    clock.pass(1);
    await setImmediate();
    expect(collector.requests).toHaveLength(1);

    await mistral.chat.complete(chat);
    await mistral.chat.complete(chat);
    await setImmediate();
    expect(collector.requests.map(({ body }) => spansIn(body).length)).toEqual([1, 2]);
  });

  test('are never larger than asked for, and flush() waits for all of them', async () => {
    const { mistral, studio, collector } = traced({ maxBatchSpans: 3 });

    await Promise.all(Array.from({ length: 10 }, () => mistral.chat.complete(chat)));
    await studio.flush();

    expect(collector.spans()).toHaveLength(10);
    expect(Math.max(...collector.requests.map(({ body }) => spansIn(body).length))).toBe(3);
    expect(new Set(collector.spans().map(({ spanId }) => spanId)).size).toBe(10);
  });

  test('what ends while a batch is sent is sent after it', async () => {
    let respond: (response: Response) => void = () => undefined;
    const first = new Promise<Response>((resolve) => (respond = resolve));
    const clock = handClock();
    const { mistral, studio, collector } = traced(
      { maxBatchSpans: 1 },
      otlpCollector(() => first),
      clock,
    );

    await mistral.chat.complete(chat);
    await setImmediate();
    await mistral.chat.complete(chat);
    const flushed = studio.flush();
    await setImmediate();
    expect(collector.requests).toHaveLength(1);
    respond(Response.json({}));
    await flushed;

    expect(collector.requests).toHaveLength(2);
    expect(studio.droppedSpans).toBe(0);
  });

  test('a large span goes by itself', async () => {
    const content = 'a'.repeat(3_000_000);
    const { mistral, studio, collector } = traced({ captureContent: true, redact: false });
    for (let index = 0; index < 3; index += 1)
      await mistral.chat.complete({ ...chat, messages: [{ role: 'user', content }] });
    await studio.flush();

    expect(collector.requests.map(({ body }) => spansIn(body).length)).toEqual([1, 1, 1]);
  });

  test.each([
    ['letters of three bytes', '漢'],
    ['characters with an escape of six', '\u0001'],
  ])('count the bytes of their JSON, also for %s', async (_, character) => {
    const content = character.repeat(500_000);
    const { studio, collector } = traced({ redact: false, maxQueuedBytes: 100_000_000 });
    for (let index = 0; index < 6; index += 1) studio.trace('all', () => 1, { content });
    await studio.flush();

    const largest = Math.max(
      ...collector.requests.map(({ body }) => Buffer.byteLength(JSON.stringify(body))),
    );
    expect(collector.spans()).toHaveLength(6);
    expect(largest).toBeLessThan(4 * 1024 * 1024);
  });

  test('that are too large for the server are sent in parts, and only a span that is so alone is dropped', async () => {
    const collector = otlpCollector();
    const fetch: Fetch = (url, init) =>
      String(init.body).length > 3000
        ? Promise.resolve(new Response('', { status: 413 }))
        : collector.fetch(url, init);
    const { studio, warnings } = traced({ fetch });
    const names = Array.from({ length: 20 }, (_, index) => `span ${index}`);
    for (const name of names)
      studio.trace(name, () => 1, { text: name === 'span 7' ? 'a'.repeat(4000) : 'a' });
    await studio.flush();

    expect(collector.spans().map(({ name }) => name)).toEqual(names.filter((name) => name !== 'span 7'));
    expect(studio.droppedSpans).toBe(1);
    expect(warnings()).toEqual([expect.stringMatching(/a span was dropped: 413/)]);
  });

  test('no timer is left when all is sent', async () => {
    const clock = handClock();
    const { mistral, studio } = traced({}, otlpCollector(), clock);

    await mistral.chat.complete(chat);
    await studio.flush();

    expect(clock.pending()).toBe(0);
  });
});

describe('what cannot be sent', () => {
  test('is dropped when the queue is full, counted, and said once', async () => {
    const { mistral, studio, warnings } = traced({ maxQueuedSpans: 2 });

    for (let index = 0; index < 5; index += 1) await mistral.chat.complete(chat);

    expect(studio.droppedSpans).toBe(3);
    expect(warnings()).toEqual([expect.stringMatching(/studio: a span was dropped: the queue is full/)]);
  });

  test('is said once for each reason of an outage, and again after it', async () => {
    const out = () => new Response('', { status: 501 });
    const fine = () => Response.json({});
    const { studio, warnings } = traced({ maxQueuedSpans: 1 }, otlpCollector(out, out, fine, out));
    for (let outage = 0; outage < 4; outage += 1) {
      studio.trace('sent', () => 1);
      studio.trace('too many', () => 1);
      await studio.flush();
    }

    expect(studio.droppedSpans).toBe(7);
    expect(warnings().map((line) => /queue is full|501/.exec(line)?.[0])).toEqual([
      'queue is full',
      '501',
      'queue is full',
      '501',
    ]);
  });

  test('is dropped when the queue holds too many bytes', async () => {
    const { mistral, studio } = traced({ maxQueuedBytes: 5000, captureContent: true });

    await mistral.chat.complete({ ...chat, messages: [{ role: 'user', content: 'a'.repeat(5000) }] });
    await mistral.chat.complete(chat);
    await studio.flush();

    expect(studio.droppedSpans).toBe(1);
  });

  test('is sent again as it was while the server is out, and dropped with the reason after that', async () => {
    const out = () => new Response('', { status: 503 });
    const collector = otlpCollector(out, out, () => Response.json({}), out, out, out);
    const { mistral, studio, warnings } = traced({}, collector, instantClock());

    await mistral.chat.complete(chat);
    await studio.flush();
    expect(collector.requests.map(({ body }) => spansIn(body)[0]!.spanId)).toEqual(
      Array.from({ length: 3 }, () => spansIn(collector.requests[0]!.body)[0]!.spanId),
    );
    expect(studio.droppedSpans).toBe(0);

    await mistral.chat.complete(chat);
    await studio.flush();
    expect(studio.droppedSpans).toBe(1);
    expect(warnings().join()).toMatch(/a span was dropped: .*503/);
  });

  test('is dropped when the key is refused, without the key in the warning', async () => {
    const refuse = () => Response.json({ message: 'no studio-key-0123456789' }, { status: 401 });
    const { mistral, studio, warnings } = traced({}, otlpCollector(refuse));

    await mistral.chat.complete(chat);
    await studio.flush();

    expect(studio.droppedSpans).toBe(1);
    expect(warnings().join()).toMatch(/401/);
    expect(warnings().join()).not.toContain('0123456789');
  });

  test('counts what a server rejects of a batch that it takes', async () => {
    const partial = () => Response.json({ partialSuccess: { rejectedSpans: '2', errorMessage: 'too old' } });
    const { mistral, studio, warnings } = traced({}, otlpCollector(partial));

    for (let index = 0; index < 3; index += 1) await mistral.chat.complete(chat);
    await studio.flush();

    expect(studio.droppedSpans).toBe(2);
    expect(warnings().join()).toMatch(/2 spans were dropped: the server rejected them: too old/);
  });

  test.each<[rejected: unknown, dropped: number]>([
    ['100', 3],
    [1.5, 1],
    [-3, 0],
    ['NaN', 0],
  ])(
    'counts at most what was sent, when a server says that it rejects %j',
    async (rejectedSpans, dropped) => {
      const { mistral, studio } = traced(
        {},
        otlpCollector(() => Response.json({ partialSuccess: { rejectedSpans } })),
      );

      for (let index = 0; index < 3; index += 1) await mistral.chat.complete(chat);
      await studio.flush();

      expect(studio.droppedSpans).toBe(dropped);
    },
  );

  test.each(['', 'OK', '[]', '{"partialSuccess":null}'])(
    'is nothing when a success says %j',
    async (body) => {
      const { mistral, studio } = traced(
        {},
        otlpCollector(() => new Response(body)),
      );

      await mistral.chat.complete(chat);
      await studio.flush();

      expect(studio.droppedSpans).toBe(0);
    },
  );

  test('is what ends after shutdown(), which can be called twice', async () => {
    const { mistral, studio, collector } = traced();

    await mistral.chat.complete(chat);
    await Promise.all([studio.shutdown(), studio.shutdown()]);
    await mistral.chat.complete(chat);
    await studio.flush();

    expect(collector.spans()).toHaveLength(1);
    expect(studio.droppedSpans).toBe(1);
  });

  test('without a key is dropped, and says what is missing', async () => {
    vi.stubEnv('MISTRAL_API_KEY', '');
    const { mistral, studio, warnings } = traced({ apiKey: undefined });

    await mistral.chat.complete(chat);
    await studio.flush();

    expect(warnings().join()).toMatch(/MISTRAL_API_KEY/);
  });
});

describe('what is in them', () => {
  const sent = async (options: StudioOptions, params: object = {}) => {
    const { mistral, studio, collector } = traced(options);
    await mistral.chat.complete({ ...chat, ...params });
    await studio.flush();
    const [span] = collector.spans();
    return { ...valuesOf(span!.attributes), name: span!.name } as Record<string, unknown>;
  };

  test('nothing that people wrote, unless content is captured', async () => {
    expect(JSON.stringify(await sent({}))).not.toMatch(/Bonjour|Salut/);
    expect(JSON.stringify(await sent({ captureContent: true }))).toMatch(/Bonjour.*Salut/);
  });

  test('no secrets and addresses, also in names, unless that is turned off', async () => {
    const model = 'sk-abcdefghijklmnop0123';
    const named = await sent({ captureContent: true }, { model });
    expect(JSON.stringify(named)).not.toMatch(/ada@example|sk-abc/);
    expect(named.name).toBe('chat [REDACTED]');

    expect(JSON.stringify(await sent({ captureContent: true, redact: false }, { model }))).toMatch(
      /sk-abc.*ada@example|ada@example.*sk-abc/,
    );
  });

  test('what a `redact` returns, which is shown each text once, with its place', async () => {
    const places: string[] = [];
    const redact = (text: string, place: string) => {
      places.push(place);
      return place === 'gen_ai.output.messages' ? undefined : text.replace('Bonjour', 'Hello');
    };
    const found = await sent({ captureContent: true, redact });

    expect(found['gen_ai.input.messages']).toContain('Hello');
    expect(found).not.toHaveProperty(['gen_ai.output.messages']);
    expect(places.filter((place) => place === 'gen_ai.input.messages')).toHaveLength(1);
    expect(places).toContain('span.name');
  });

  test('no message that a `redact` leaves out, in the stack either', async () => {
    const redact = (text: string, place: string) => (place === 'exception.message' ? undefined : text);
    const { studio, collector } = traced({ captureContent: true, redact });
    const error = new TypeError('secret words');

    await failureOf(studio.trace('later', () => Promise.reject(error)));
    await studio.flush();

    expect(JSON.stringify(collector.spans())).not.toContain('secret words');
    const [event] = collector.spans()[0]!.events;
    expect(valuesOf(event!.attributes)['exception.stacktrace']).toMatch(/^TypeError\n +at /);
  });

  test.each<[value: unknown, written: object | undefined]>([
    [NaN, { doubleValue: 'NaN' }],
    [-Infinity, { doubleValue: '-Infinity' }],
    [1e300, { doubleValue: 1e300 }],
    [2 ** 64, { doubleValue: 2 ** 64 }],
    [0.5, { doubleValue: 0.5 }],
    [[1, null, 'a'], { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'a' }] } }],
    [10n, undefined],
    [null, undefined],
    [undefined, undefined],
    [{ a: 1 }, undefined],
    [Symbol('a'), undefined],
    [() => 1, undefined],
  ])(
    '%o as a value, in the form that it has in OTLP, and no other span is lost by it',
    async (value, written) => {
      const { studio, collector, warnings } = traced();

      studio.trace('good', () => 1);
      studio.trace('odd', () => 1, { value } as Attributes);
      await studio.flush();

      expect(collector.spans().map(({ name }) => name)).toEqual(['good', 'odd']);
      expect(collector.spans()[1]!.attributes).toEqual(written ? [{ key: 'value', value: written }] : []);
      expect(warnings()).toEqual([]);
    },
  );

  test('nothing of a text whose `redact` fails', async () => {
    const found = await sent({
      captureContent: true,
      redact: () => {
        throw new Error('no');
      },
    });

    expect(JSON.stringify(found)).not.toMatch(/Bonjour|mistral-small/);
    expect(found['gen_ai.usage.input_tokens']).toBeUndefined();
    expect(found.name).toBe('client');
  });
});

describe('traces', () => {
  test('each call is one, unless it is made in a span', async () => {
    const { mistral, studio, collector } = traced();

    await mistral.chat.complete(chat);
    await mistral.chat.complete(chat);
    const result = await studio.trace(
      'ticket',
      async () => {
        await mistral.chat.complete(chat);
        await Promise.all([mistral.chat.complete(chat), studio.trace('inner', () => mistral.models.list())]);
        return 7;
      },
      { 'user.id': 'u-17' },
    );
    await studio.flush();

    expect(result).toBe(7);
    const spans = collector.spans();
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
    const root = spans.find(({ name }) => name === 'ticket')!;
    const inner = spans.find(({ name }) => name === 'inner')!;
    expect(valuesOf(root.attributes)).toEqual({ 'user.id': 'u-17' });
    expect(spans.filter(({ parentSpanId }) => parentSpanId === root.spanId)).toHaveLength(3);
    expect(spans.find(({ name }) => name === 'models.list')!.parentSpanId).toBe(inner.spanId);
  });

  test('a run of tools is one, with the calls that tools make', async () => {
    const call = { id: 'abcdefghi', type: 'function', function: { name: 'ask', arguments: '{}' } };
    const withCall = {
      id: 'cmpl-1',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '', tool_calls: [call] },
          finish_reason: 'tool_calls',
        },
      ],
    };
    const { studio, collector } = traced();
    const { mistral } = scripted([answer(200, {}, withCall), answer(200, {}, reply)], { observer: studio });
    const ask = studio.traceTool(
      tool({ name: 'ask', description: 'Asks', parameters: { type: 'object' }, execute: () => 'Sunny' }),
    );

    await studio.trace('agent', () => runTools(mistral.chat, chat, { tools: [ask] }));
    await studio.flush();

    expect(collector.spans().map(({ name }) => name)).toEqual([
      'chat mistral-small-latest',
      'execute_tool ask',
      'chat mistral-small-latest',
      'agent',
    ]);
    expect(new Set(collector.spans().map(({ traceId }) => traceId)).size).toBe(1);
  });

  test('a span holds what failed in it, and the failure comes out', async () => {
    const { studio, collector } = traced();
    const error = new TypeError('secret words');

    expect(await failureOf(studio.trace('later', () => Promise.reject(error)))).toBe(error);
    expect(
      await failureOf(() =>
        studio.trace('now', () => {
          throw error;
        }),
      ),
    ).toBe(error);
    await studio.flush();

    for (const span of collector.spans()) {
      expect(span.status.code).toBe(2);
      expect(valuesOf(span.attributes)['error.type']).toBe('TypeError');
      expect(JSON.stringify(span)).not.toContain('secret words');
    }
    expect(collector.spans()).toHaveLength(2);
  });

  test('where the runtime cannot follow asynchronous calls, what begins before the first `await` is in the span', async () => {
    vi.stubGlobal('process', undefined);
    const { mistral, studio, collector } = traced();
    vi.unstubAllGlobals();

    await studio.trace('all', async () => {
      await mistral.chat.complete(chat);
      await mistral.chat.complete(chat);
    });
    await studio.flush();

    const root = collector.spans().find(({ name }) => name === 'all')!;
    expect(collector.spans().filter(({ parentSpanId }) => parentSpanId === root.spanId)).toHaveLength(1);
  });
});

test.each<[options: unknown, message: RegExp]>([
  [null, /takes an object/],
  [{ apikey: 'x' }, /no option `apikey`.*`apiKey`/],
  [{ observer: () => undefined }, /no option `observer`/],
  [{ captureContent: 'false' }, /`captureContent` must be true or false/],
  [{ redact: true }, /`redact` must be a function/],
  [{ endpoint: '/v1/traces' }, /`endpoint` must be a complete URL/],
  [{ endpoint: 'localhost:4318' }, /`endpoint` must be a complete URL/],
  [{ endpoint: 'http://localhost:4318' }, /`endpoint` must be a complete URL with a path/],
  [{ endpoint: 'https://ada:word@otel.example/t' }, /`endpoint` must not hold credentials.*`headers`/],
  [{ serviceName: '' }, /`serviceName` must be a name/],
  [{ resourceAttributes: { a: {} } }, /`resourceAttributes` must hold/],
  [{ maxQueuedSpans: 0 }, /`maxQueuedSpans` must be a whole number above 0/],
  [{ maxBatchSpans: 1.5 }, /`maxBatchSpans` must be a whole number above 0/],
  [{ batchDelayMs: -1 }, /`batchDelayMs` must be a number of milliseconds/],
  [{ baseURL: 'ftp://x' }, /baseURL/],
])('%j is refused', (options, message) => {
  expect(() => studioTelemetry(options as StudioOptions)).toThrow(ArgumentError);
  expect(() => studioTelemetry(options as StudioOptions)).toThrow(message);
});

test('trace() takes a name and a function', () => {
  const { studio } = traced();

  expect(() => studio.trace('', () => 1)).toThrow(/takes a name and a function/);
  expect(() => studio.trace('x', 7 as unknown as () => void)).toThrow(ArgumentError);
  expect(() => studio.trace('x', () => 1, 'user' as unknown as Attributes)).toThrow(
    /attributes as an object/,
  );
});

test('the key is in nothing that is printed of it', async () => {
  const { studio } = traced();
  const { inspect } = await import('node:util');

  expect(inspect(studio, { depth: 9, showHidden: true })).not.toContain('0123456789');
  expect(new Mistral({ apiKey: 'x', observer: studio })).toBeDefined();
});
