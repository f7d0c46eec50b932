import nock from 'nock';
import { describe, expect, test, vi } from 'vitest';

import type { Page } from '../../src/index.js';
import { client, origin } from '../helpers/api.js';
import { collect } from '../helpers/collect.js';
import {
  describedOperations,
  sample,
  type DescribedOperation,
  type DescribedStream,
} from '../helpers/description.js';
import { sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { methodOf } from '../helpers/method-of.js';
import { sampleCall, sampleFile, type SampleFields } from '../helpers/sample-call.js';

const accepts = {
  json: 'application/json',
  page: 'application/json',
  void: 'application/json',
  stream: 'text/event-stream',
  binary: '*/*',
};

describe.each(describedOperations)('$id', (operation) => {
  const { id, method, path, kind, body, authorization } = operation;
  const call = sampleCall(operation);

  test('sends what the description asks for', async () => {
    const requests = answer(operation, [answerOf(operation)]);

    await invoke(id, call.params);

    const [request] = requests;
    const url = new URL(origin + request!.path);
    expect(request!.method).toBe(method);
    expect(decodeSegments(url.pathname)).toEqual(fillSegments(path, call.path));
    expect([...url.searchParams].toSorted()).toEqual([...call.query].toSorted());
    expect(request!.headers).toMatchObject({ ...authorization, accept: accepts[kind] });
    if (!authorization.authorization) expect(request!.headers).not.toHaveProperty('authorization');
    if (!body) {
      expect(request!.headers).not.toHaveProperty('content-type');
      expect(request!.body).toBe('');
    } else if (body.type === 'application/json') {
      expect(request!.headers['content-type']).toBe('application/json');
      expect(JSON.parse(request!.body)).toEqual(call.body);
    } else {
      expect(request!.headers['content-type']).toMatch(/^multipart\/form-data; ?boundary=./);
      expect(await readForm(request!)).toEqual(formOf(call.body as SampleFields));
    }
  });

  const places = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);

  test.each(places)('refuses a `%s` that leads elsewhere, without a request', async (name) => {
    const fetch = vi.fn<typeof globalThis.fetch>();

    for (const value of ['', '.', '..', undefined, null, {}, [], true, NaN, Infinity, 'half \ud83d']) {
      const error = await failureOf(methodOf(client({ fetch }), id)!({ ...call.params, [name]: value }));

      expect(error, `${name}: ${String(value)}`).toBeInstanceOf(TypeError);
      expect(error).toHaveProperty('message', expect.stringContaining(`\`${name}\``));
    }
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe.each(describedOperations.filter(({ kind }) => kind === 'json'))('$id', (operation) => {
  test('gives the JSON of the answer as it came', async () => {
    const reply = answerOf(operation);
    answer(operation, [reply]);

    expect(await invoke(operation.id, sampleCall(operation).params)).toEqual(JSON.parse(String(reply.body)));
  });
});

describe.each(describedOperations.filter(({ kind }) => kind === 'void'))('$id', (operation) => {
  test('gives nothing', async () => {
    answer(operation, [{ status: operation.status }]);

    expect(await invoke(operation.id, sampleCall(operation).params)).toBeUndefined();
  });
});

describe.each(describedOperations.filter(({ kind }) => kind === 'binary'))('$id', (operation) => {
  test('gives the response, its body unread', async () => {
    const bytes = Buffer.from([0, 1, 254, 255]);
    answer(operation, [{ status: 200, type: 'application/octet-stream', body: bytes }]);

    const response = (await invoke(operation.id, sampleCall(operation).params)) as Response;

    expect(response).toBeInstanceOf(Response);
    expect(response.bodyUsed).toBe(false);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });
});

describe.each(describedOperations.filter(({ kind }) => kind === 'stream'))('$id', (operation) => {
  test('gives the events until the end that the description names, or that of the body', async () => {
    const { done, tag = '', terminal = [] } = operation.stream!;
    const events = [
      { [tag]: 'delta', text: 'Bon' },
      { [tag]: 'delta', text: 'jour' },
    ];
    const last = terminal.map((name) => ({ [tag]: name })).slice(0, 1);
    const end = done === undefined ? [] : [done];
    // What ends with its body is read up to there.
    const late = [...last, ...end].length > 0 ? [{ text: 'never read' }] : [];
    answer(operation, [{ ...eventReply, body: sse(...events, ...last, ...end, ...late) }]);

    const stream = methodOf(client(), operation.id)!(sampleCall(operation).params);

    // A stream can be iterated without being awaited, which the untyped method does not tell.
    expect(await collect(stream as unknown as AsyncIterable<unknown>)).toEqual([...events, ...last]);
  });
});

describe.each(describedOperations.filter(({ kind }) => kind === 'page'))('$id', (operation) => {
  const { style, page, size, first = 0 } = operation.pagination!;

  test('gives the items of all pages, asking for each by its number, its offset or its cursor', async () => {
    const sized = size === undefined ? {} : { [size]: 2 };
    const params = { ...sampleCall(operation).params, [page]: undefined, ...sized };
    const requests = answer(operation, [
      listReply(operation, [{ id: 1 }, { id: 2 }], { total: 3, more: true, next: 'second' }),
      listReply(operation, [{ id: 3 }], { total: 3, more: false, next: null }),
    ]);

    const list = (await methodOf(client(), operation.id)!(params)) as Page<unknown>;

    expect(list.items).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await collect(list)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    const second = { page: String(first + 1), offset: '2', cursor: 'second' }[style];
    expect(requests.map((request) => valueIn(request, page))).toEqual([null, second]);
    if (size !== undefined) expect(requests.map((request) => valueIn(request, size))).toEqual(['2', '2']);
  });
});

/** What a request has under a name, in its query or its body. */
function valueIn({ path, body }: Request, name: string): string | null {
  const inQuery = new URL(origin + path).searchParams.get(name);
  if (inQuery !== null || body === '') return inQuery;
  const value = (JSON.parse(body) as Record<string, unknown>)[name];
  return value === undefined ? null : String(value);
}

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Buffer;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Answers one request a reply, and writes the requests down as they come. */
function answer({ method }: DescribedOperation, replies: readonly Reply[]): Request[] {
  const requests: Request[] = [];
  for (const { status, type, body = '' } of replies) {
    nock(origin)
      .intercept(() => true, method)
      .reply(function (this: nock.ReplyFnContext, uri, received) {
        requests.push({
          method: this.req.method,
          path: uri,
          headers: this.req.headers,
          body: typeof received === 'string' ? received : JSON.stringify(received),
        });
        return [status, body, type ? { 'content-type': type } : {}];
      });
  }
  return requests;
}

const jsonType = 'application/json';
const eventReply: Reply = { status: 200, type: 'text/event-stream' };

/** A reply that the operation can read. */
function answerOf(operation: DescribedOperation): Reply {
  const { kind, status, answer: media, stream } = operation;
  switch (kind) {
    case 'json':
      return { status, type: jsonType, body: JSON.stringify(sample(media!.schema)) };
    case 'stream':
      return { ...eventReply, body: sse(...endOf(stream!)) };
    case 'page':
      return listReply(operation, [], { total: 0, more: false, next: null });
    case 'binary':
      return { status, type: media!.type, body: 'bytes' };
    case 'void':
      return { status };
  }
}

/** What ends a stream; nothing where that is the end of the body. */
function endOf({ done, tag, terminal }: DescribedStream): readonly unknown[] {
  if (done !== undefined) return [done];
  return terminal ? [{ [tag!]: terminal[0] }] : [];
}

function listReply(
  { status, pagination }: DescribedOperation,
  items: readonly unknown[],
  { total, more, next }: { readonly total: number; readonly more: boolean; readonly next: string | null },
): Reply {
  const body = [
    [pagination!.items, items],
    [pagination!.total, total],
    [pagination!.more, more],
    [pagination!.next, next],
  ] as const;
  return { status, type: jsonType, body: JSON.stringify(body.reduce(place, {})) };
}

/** Set a value at a path such as `pagination.has_more`; the empty path is the whole. */
function place(whole: unknown, [path, value]: readonly [string | undefined, unknown]): unknown {
  if (path === undefined) return whole;
  if (path === '') return value;
  const [key, ...rest] = path.split('.');
  const inner = (whole as Record<string, unknown>)[key!] ?? {};
  return { ...(whole as object), [key!]: place(inner, [rest.join('.'), value]) };
}

async function invoke(id: string, params: unknown): Promise<unknown> {
  const result = await methodOf(client(), id)!(params);
  // Streams are read, so that the connection closes.
  if (typeof result === 'object' && result !== null && 'controller' in result)
    return collect(result as unknown as AsyncIterable<unknown>);
  return result;
}

const decodeSegments = (pathname: string): string[] => pathname.split('/').map(decodeURIComponent);

const fillSegments = (template: string, values: Readonly<Record<string, string>>): string[] =>
  template.split('/').map((segment) => values[segment.replaceAll(/[{}]/g, '')] ?? segment);

type Part = string | { readonly name: string; readonly type: string; readonly text: string };

async function readForm({ headers, body }: Request): Promise<Record<string, Part[]>> {
  const form = await new Response(body, {
    headers: { 'content-type': String(headers['content-type']) },
  }).formData();
  const parts: Record<string, Part[]> = {};
  for (const [name, value] of form) {
    const part =
      typeof value === 'string' ? value : { name: value.name, type: value.type, text: await value.text() };
    (parts[name] ??= []).push(part);
  }
  return parts;
}

function formOf(fields: Readonly<Record<string, unknown>>): Record<string, Part[]> {
  const file: Part = { name: sampleFile.name, type: sampleFile.type, text: sampleFile.content };
  const parts = Object.entries(fields).map(([name, value]) => [
    name,
    value === sampleFile ? [file] : (Array.isArray(value) ? value : [value]).map(String),
  ]);
  return Object.fromEntries(parts);
}
