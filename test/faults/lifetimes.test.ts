import { getEventListeners, once } from 'node:events';
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  type ReadStream,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import nock from 'nock';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { Api } from '../../generated/api.gen.js';
import { runBatch } from '../../src/batch/index.js';
import { bindResources } from '../../src/resources/bind.js';
import type { RequestOptions, Resource } from '../../src/resources/method.js';
import { runTools, streamTools, tool } from '../../src/tools/index.js';
import { createTransport } from '../../src/transport/transport.js';
import type { TransportOptions } from '../../src/transport/transport-options.js';
import { fileFromPath, saveToFile } from '../../src/uploads/node.js';
import { waitFor } from '../../src/waiting/index.js';
import { handClock, type HandClock } from '../helpers/hand-clock.js';
import { watchOwnTimers, type OwnTimers } from '../helpers/own-timers.js';

// Every sort of call, ended in every way: nothing of it may be left, be it a socket, a timer, a listener, a file
// descriptor or an iterator.

/** What the server does with one of the requests of a call; all others are answered. */
const modes = ['ok', '400', '500', 'cut before', 'cut', 'garbage', 'stall before', 'stall'] as const;
type Mode = (typeof modes)[number];

const folder = mkdtempSync(join(tmpdir(), 'lifetimes-'));
const large = join(folder, 'large.jsonl');
writeFileSync(large, Buffer.alloc(6 * 1024 * 1024, 'a'));

const active = new Set<ServerResponse>();
let plan: { mode: Mode; at: number } = { mode: 'ok', at: 1 };
let requests = 0;
let baseURL = '';

const event = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const calls = [{ id: 'aaaaaaaaa', index: 0, function: { name: 'a', arguments: '{}' } }];
/** The first of them is whole before the reply is. */
const earlyCalls = ['aaaaaaaaa', 'bbbbbbbbb'].map((id, index) => ({
  id,
  index,
  function: { name: 'early', arguments: '{"a":1}' },
}));
const job = (status: string) => ({
  id: 'job',
  status,
  total_requests: 1,
  completed_requests: 1,
  failed_requests: 0,
  outputs: [{ custom_id: '0', response: { status_code: 200, body: {} } }],
});

/** The parts of what is said to a request: a mode may cut it after the first. */
function reply(request: IncomingMessage, body: string): { type: string; parts: string[] } {
  const { method, url = '' } = request;
  const json = (value: unknown) => {
    const text = JSON.stringify(value);
    return { type: 'application/json', parts: [text.slice(0, 5), text.slice(5)] };
  };
  const asksWithTools = body.includes('"tools"') && !body.includes('"role":"tool"');
  if (url.startsWith('/v1/chat') && body.includes('"stream":true'))
    return {
      type: 'text/event-stream',
      parts: [
        event(asksWithTools && body.includes('"early"') ? { tool_calls: earlyCalls } : { content: 'a' }),
        event(asksWithTools ? { tool_calls: calls } : { content: 'b' }),
        `${event({}, asksWithTools ? 'tool_calls' : 'stop')}data: [DONE]\n\n`,
      ],
    };
  if (url.startsWith('/v1/chat'))
    return json({
      id: 'c',
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', ...(asksWithTools ? { tool_calls: calls } : { content: 'a' }) },
          finish_reason: asksWithTools ? 'tool_calls' : 'stop',
        },
      ],
    });
  if (url.startsWith('/v1/batch/jobs?')) {
    const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 0);
    return json({ object: 'list', total: 3, data: page < 3 ? [{ id: `job_${page}` }] : [] });
  }
  if (url.startsWith('/v1/batch/jobs'))
    return json(job(method === 'POST' ? 'QUEUED' : requests > 2 ? 'SUCCESS' : 'RUNNING'));
  if (url.includes('/content'))
    return { type: 'application/octet-stream', parts: ['x'.repeat(70_000), 'y'.repeat(70_000)] };
  return json({ id: 'file', object: 'file', bytes: 1 });
}

const server = createServer(async (request, response) => {
  requests += 1;
  const mode = requests === plan.at ? plan.mode : 'ok';
  active.add(response);
  response.on('close', () => active.delete(response));
  request.on('error', () => {});
  if (mode === 'stall before') {
    // A server that reads nothing does not hear of the end either.
    request.resume();
    return;
  }
  if (mode === 'cut before') {
    request.socket.destroy();
    return;
  }
  let body = '';
  try {
    for await (const chunk of request) if (body.length < 10_000) body += String(chunk);
  } catch {
    return;
  }
  if (mode === '400' || mode === '500') {
    response.writeHead(Number(mode), { 'content-type': 'application/json' }).end('{"message":"No"}');
    return;
  }
  const { type, parts } = reply(request, body);
  response.writeHead(200, { 'content-type': type });
  if (mode === 'garbage') {
    response.end('<html>');
    return;
  }
  const [first, ...rest] = parts;
  response.write(first);
  if (mode === 'stall') return;
  await new Promise((resolve) => setImmediate(resolve));
  if (mode === 'cut') {
    response.destroy();
    return;
  }
  for (const part of rest) response.write(part);
  response.end();
});

interface Surroundings {
  readonly mistral: Resource<Api>;
  readonly options: RequestOptions;
  readonly clock: HandClock;
  /** Thrown by whatever callback the call has. */
  readonly callback: () => void;
  /** Whether to leave a loop at its first turn. */
  readonly leaves: boolean;
  /** Sources that somebody has begun to read and not left. */
  readonly open: Set<string>;
}

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };

const named = ({ callback }: Surroundings, more: { name?: string; startEarly?: boolean } = {}) =>
  tool({
    name: 'a',
    ...more,
    description: 'A',
    parameters: { type: 'object', properties: {} },
    execute: () => {
      callback();
      return 'A';
    },
  });

async function iterate(list: AsyncIterable<unknown>, { leaves, callback }: Surroundings): Promise<void> {
  for await (const _ of list) {
    callback();
    if (leaves) break;
  }
}

function* chunksOf(count: number) {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(64 * 1024);
}

const generated = async function* (open: Set<string>) {
  open.add('generator');
  try {
    for (const chunk of chunksOf(90)) {
      await new Promise((resolve) => setImmediate(resolve));
      yield chunk;
    }
  } finally {
    open.delete('generator');
  }
};

/** Its descriptor is opened and closed by a thread, and may not be there yet when it is looked for: `close` comes after both. */
function nodeStream(open: Set<string>): ReadStream {
  open.add('a stream of Node');
  return createReadStream(large).on('close', () => open.delete('a stream of Node'));
}

function webStream(open: Set<string>): ReadableStream<Uint8Array> {
  const chunks = chunksOf(90);
  return new ReadableStream(
    {
      pull(controller) {
        open.add('stream');
        const { done, value } = chunks.next();
        if (!done) return controller.enqueue(value);
        open.delete('stream');
        controller.close();
      },
      cancel: () => void open.delete('stream'),
    },
    { highWaterMark: 0 },
  );
}

type Start = (around: Surroundings) => Promise<unknown>;

/** Sorts of calls; how many requests each makes, and in which ways it can be ended beside the ways of all. */
interface Sort {
  readonly start: Start;
  readonly requests: number;
  readonly canLeave?: true;
  readonly hasCallback?: true;
  /** Whether it waits between its requests. */
  readonly polls?: boolean;
  readonly isCreating?: boolean;
}

const sorts: Readonly<Record<string, Sort>> = {
  'a call for JSON': {
    requests: 1,
    start: async ({ mistral, options }) => mistral.chat.complete(params, options),
  },
  'a call for the response': {
    requests: 1,
    start: async ({ mistral, options }) => (await mistral.chat.complete(params, options).asResponse()).text(),
  },
  'a stream that is iterated': {
    requests: 1,
    canLeave: true,
    hasCallback: true,
    start: async (around) => iterate(around.mistral.chat.stream(params, around.options), around),
  },
  'a stream that is read for its message': {
    requests: 1,
    hasCallback: true,
    start: async ({ mistral, options, callback }) =>
      mistral.chat.stream(params, options).on('text', callback).finalMessage(),
  },
  'a stream with a look at its wire': {
    requests: 1,
    hasCallback: true,
    start: async ({ mistral, options, callback }) =>
      mistral.chat.stream(params, { ...options, onEvent: callback }).text(),
  },
  'a stream that is handed on': {
    requests: 1,
    start: async ({ mistral, options }) =>
      new Response(mistral.chat.stream(params, options).toReadableStream()).text(),
  },
  'two streams of one': {
    requests: 1,
    canLeave: true,
    hasCallback: true,
    start: async (around) => {
      const [left, right] = around.mistral.chat.stream(params, around.options).tee();
      await Promise.all([iterate(left, around), iterate(right, around)]);
    },
  },
  'a list': {
    requests: 3,
    canLeave: true,
    hasCallback: true,
    start: async (around) =>
      iterate(around.mistral.batch.jobs.list({ page_size: 1 }, around.options), around),
  },
  'a list that is read ahead': {
    requests: 3,
    canLeave: true,
    hasCallback: true,
    start: async (around) =>
      iterate(around.mistral.batch.jobs.list({ page_size: 1 }, { ...around.options, prefetch: 1 }), around),
  },
  'an upload from a path': {
    requests: 1,
    hasCallback: true,
    start: async ({ mistral, options, callback }) =>
      mistral.files.upload(
        { purpose: 'batch', file: await fileFromPath(large) },
        { ...options, onProgress: callback },
      ),
  },
  'an upload from a stream of Node': {
    requests: 1,
    hasCallback: true,
    start: async ({ mistral, options, callback, open }) =>
      mistral.files.upload(
        { purpose: 'batch', file: nodeStream(open) },
        { ...options, onProgress: callback },
      ),
  },
  'an upload from a web stream': {
    requests: 1,
    hasCallback: true,
    start: async ({ mistral, options, callback, open }) =>
      mistral.files.upload(
        { purpose: 'batch', file: { name: 'a.jsonl', content: webStream(open) } },
        { ...options, onProgress: callback },
      ),
  },
  'an upload from a generator': {
    requests: 1,
    hasCallback: true,
    start: async ({ mistral, options, callback, open }) =>
      mistral.files.upload(
        { purpose: 'batch', file: { name: 'a.jsonl', content: generated(open) } },
        { ...options, onProgress: callback },
      ),
  },
  'a download': {
    requests: 1,
    hasCallback: true,
    start: async ({ mistral, options, callback }) =>
      (await mistral.files.download({ file_id: 'f' }, { ...options, onProgress: callback })).arrayBuffer(),
  },
  'a download to a file': {
    requests: 1,
    start: async ({ mistral, options }) =>
      saveToFile(mistral.files.download({ file_id: 'f' }, options), join(folder, 'saved')),
  },
  'a run of tools': {
    requests: 2,
    hasCallback: true,
    start: async (around) =>
      runTools(around.mistral.chat, params, {
        tools: [named(around)],
        onError: 'throw',
        signal: around.options.signal ?? undefined,
        timeoutMs: 60_000,
      }),
  },
  'a streamed run of tools': {
    requests: 2,
    canLeave: true,
    hasCallback: true,
    start: async (around) =>
      iterate(
        streamTools(around.mistral.chat, params, {
          tools: [named(around)],
          onError: 'throw',
          signal: around.options.signal ?? undefined,
          timeoutMs: 60_000,
        }),
        around,
      ),
  },
  'a streamed run of tools that start early': {
    requests: 2,
    canLeave: true,
    hasCallback: true,
    start: async (around) =>
      iterate(
        streamTools(around.mistral.chat, params, {
          tools: [named(around, { name: 'early', startEarly: true }), named(around)],
          onError: 'throw',
          signal: around.options.signal ?? undefined,
          timeoutMs: 60_000,
        }),
        around,
      ),
  },
  'a wait for a job': {
    requests: 1,
    hasCallback: true,
    polls: true,
    start: async ({ mistral, options, callback, clock }) =>
      waitFor(
        mistral.batch.jobs,
        { job_id: 'job' },
        { signal: options.signal ?? undefined, onUpdate: callback },
        { clock, random: () => 0 },
      ),
  },
  'a batch': {
    requests: 2,
    polls: true,
    isCreating: true,
    canLeave: true,
    hasCallback: true,
    start: async (around) =>
      iterate(
        runBatch(
          around.mistral,
          [{ input: 'a' }],
          {
            endpoint: '/v1/embeddings',
            model: 'm',
            signal: around.options.signal ?? undefined,
            onProgress: around.callback,
          },
          { clock: around.clock, random: () => 0 },
        ),
        around,
      ),
  },
};

type End =
  | { readonly kind: 'its reply'; readonly mode: Mode; readonly at: number }
  | { readonly kind: 'the time limit'; readonly mode: Mode; readonly at: number }
  | { readonly kind: 'an abort'; readonly mode: Mode; readonly at: number; readonly turns: number }
  | {
      readonly kind:
        | 'leaving'
        | 'a callback that throws'
        | 'a middleware that throws'
        | 'a key that cannot be had'
        | 'a refused connection';
    };

const turnsToAbort = [-1, 0, 1, 2, 3, 5, 8, 12];

function endsOf({ requests: count, canLeave, hasCallback }: Sort): End[] {
  const places = Array.from({ length: count }, (_, index) => index + 1);
  return [
    ...places.flatMap((at) =>
      modes.filter((mode) => !mode.startsWith('stall')).map((mode): End => ({ kind: 'its reply', mode, at })),
    ),
    ...places.flatMap((at) =>
      (['stall before', 'stall'] as const).map((mode): End => ({ kind: 'the time limit', mode, at })),
    ),
    ...turnsToAbort.flatMap((turns) =>
      (['ok', 'stall before', 'stall'] as const).map((mode): End => ({
        kind: 'an abort',
        mode,
        at: 1,
        turns,
      })),
    ),
    ...(canLeave ? [{ kind: 'leaving' } as const] : []),
    ...(hasCallback ? [{ kind: 'a callback that throws' } as const] : []),
    { kind: 'a middleware that throws' },
    { kind: 'a key that cannot be had' },
    { kind: 'a refused connection' },
  ];
}

/** A turn in which the network can say something. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

let ownTimers: OwnTimers;

beforeAll(async () => {
  nock.restore();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ownTimers = watchOwnTimers();
});

afterAll(() => {
  ownTimers.restore();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
  nock.activate();
});

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${name}`);
      return target.startsWith(folder) ? [target] : [];
    } catch {
      return [];
    }
  });

/** Why this end is wrong; empty where nothing is left, and what came out is what was to come out. */
async function leftBy({ start, polls = false, isCreating = false }: Sort, end: End): Promise<string[]> {
  const clock = handClock();
  const controller = new AbortController();
  const open = new Set<string>();
  const thrown = new Error('Mine');
  const raise = () => {
    throw thrown;
  };
  plan = 'mode' in end ? { mode: end.mode, at: end.at } : { mode: 'ok', at: 1 };
  requests = 0;
  const transport: Partial<TransportOptions> = {
    ...(end.kind === 'a middleware that throws' ? { middleware: [raise] } : {}),
    ...(end.kind === 'a key that cannot be had' ? { apiKey: raise } : { apiKey: 'test-key' }),
  };
  const origin = end.kind === 'a refused connection' ? 'http://127.0.0.1:1' : baseURL;
  const mistral = bindResources(
    createTransport(
      {
        baseURL: origin,
        maxRetries: 0,
        logLevel: 'off',
        timeoutMs: 1000,
        firstEventTimeoutMs: 1000,
        idleTimeoutMs: 1000,
        ...transport,
      },
      { clock },
    ),
  );
  const around: Surroundings = {
    mistral,
    options: { signal: controller.signal },
    clock,
    open,
    callback: end.kind === 'a callback that throws' ? raise : () => {},
    leaves: end.kind === 'leaving',
  };

  if (end.kind === 'an abort' && end.turns < 0) controller.abort();
  const ended: { outcome?: { readonly value?: unknown; readonly error?: unknown } } = {};
  void (async () => start(around))().then(
    (value) => (ended.outcome = { value }),
    (error: unknown) => (ended.outcome = { error }),
  );
  const isStalled = 'mode' in end && end.mode.startsWith('stall');
  let turns = 0;
  for (; !ended.outcome && turns < 2000; turns += 1) {
    if (end.kind === 'an abort' && end.turns === turns) controller.abort();
    await turn();
    // Time passes for those that wait for it alone: a file on a slow disk would meet its time limit.
    if (end.kind === 'the time limit' ? turns > 20 : polls && turns > 30 && !isStalled) clock.pass(300);
  }
  const { outcome } = ended;
  if (!outcome) return ['it has no end'];

  const left = () => [
    ...(active.size > 0 ? [`${active.size} requests`] : []),
    ...(clock.pending() > 0 ? [`${clock.pending()} timers of the clock`] : []),
    ...(ownTimers.size > 0 ? [`${ownTimers.size} timers`] : []),
    ...(getEventListeners(controller.signal, 'abort').length > 0 ? ['listeners on the signal'] : []),
    ...openFiles(),
    ...open,
  ];
  for (let wait = 0; left().length > 0 && wait < 5000; wait += 1) {
    // A job that is being created is waited for: it would be paid for, and nobody would know its id.
    if (isCreating && wait > 20) clock.pass(300);
    await turn();
  }
  const found = left();
  for (const response of active) response.destroy();
  active.clear();

  const isMine = ['a callback that throws', 'a middleware that throws', 'a key that cannot be had'].includes(
    end.kind,
  );
  if (isMine && outcome.error !== thrown && (outcome.error as Error | undefined)?.cause !== thrown)
    found.push(`not its own error but ${String(outcome.error ?? 'none')}`);
  if (end.kind === 'leaving' && outcome.error !== undefined) found.push(`an error: ${String(outcome.error)}`);
  return found;
}

const wordsOf = (end: End): string => Object.values(end).join(', ');

const combinations = Object.entries(sorts).map(([name, sort]) => ({ name, sort, ends: endsOf(sort) }));
const count = combinations.reduce((sum, { ends }) => sum + ends.length, 0);

class Owner {
  owned: unknown;

  async own(start: () => PromiseLike<unknown>): Promise<void> {
    const starting = start();
    this.owned = await starting;
  }

  async read(open: () => AsyncIterable<unknown>): Promise<void> {
    const stream = open();
    const events = stream[Symbol.asyncIterator]();
    this.owned = [stream, events];
    await events.next();
  }
}

describe(`nothing is left in any of ${count} combinations`, () => {
  test.each(combinations)(
    'of $name and its ends',
    async ({ sort, ends }) => {
      const faults: string[] = [];
      for (const end of ends)
        for (const fault of await leftBy(sort, end)) faults.push(`${wordsOf(end)}: ${fault}`);

      expect(faults).toEqual([]);
    },
    120_000,
  );

  test('of streams with files that are never used', async () => {
    const mistral = bindResources(createTransport({ baseURL, apiKey: 'test-key', logLevel: 'off' }));
    const open = new Set<string>();
    const file = createReadStream(large);
    onTestFinished(() => void file.destroy());
    requests = 0;

    for (const content of [file, webStream(open), generated(open)])
      mistral.audio.transcriptions.stream({ model: 'm', file: { name: 'a.mp3', content } });
    for (let round = 0; round < 10; round += 1) await turn();

    expect({ open: [...open], didRead: file.readableDidRead, requests }).toEqual({
      open: [],
      didRead: false,
      requests: 0,
    });
  });

  test('of streams and responses that are dropped', async () => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const mistral = bindResources(
      createTransport({ baseURL, apiKey: 'test-key', maxRetries: 0, logLevel: 'off' }),
    );
    plan = { mode: 'stall', at: 0 };
    const drops: (() => Promise<unknown>)[] = [
      async () => mistral.chat.stream(params)[Symbol.asyncIterator]().next(),
      async () => void (await mistral.chat.stream(params)),
      async () => mistral.chat.stream(params).tee()[0][Symbol.asyncIterator]().next(),
      async () => void (await mistral.files.download({ file_id: 'f' })),
      async () => void (await mistral.chat.complete(params).asResponse()),
      // The stack of a call holds what its functions were called on, which here holds what comes of the call.
      () => new Owner().own(() => mistral.files.download({ file_id: 'f' })),
      () => new Owner().own(() => mistral.chat.complete(params).asResponse()),
      () => new Owner().read(() => mistral.chat.stream(params)),
      () => new Owner().read(() => mistral.chat.stream(params).tee()[0]),
    ];
    for (const drop of drops) {
      plan = { mode: 'stall', at: 1 };
      requests = 0;
      await drop();
      for (let round = 0; active.size > 0 && round < 100; round += 1) {
        collect();
        await turn();
      }
      expect(active.size, String(drop)).toBe(0);
      expect(ownTimers.size, String(drop)).toBe(0);
    }
  });
});
