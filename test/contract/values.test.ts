import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { Mistral, type Fetch, type HeadersInput } from '../../src/index.js';
import { failureOf } from '../helpers/failure-of.js';

/** A client that keeps what it sends. */
function recorder() {
  const fetch = vi.fn<Fetch>(async () => Response.json({ data: [] }));
  const mistral = new Mistral({ apiKey: 'test-key-0123456789', fetch, maxRetries: 0, logLevel: 'off' });
  const last = () => fetch.mock.calls.at(-1)!;
  return {
    mistral,
    fetch,
    body: () => JSON.parse(String(last()[1].body)) as Record<string, unknown>,
    text: () => String(last()[1].body),
    query: () => new URL(last()[0]).searchParams,
    headers: () => new Headers(last()[1].headers),
  };
}

const foreign = (expression: string): unknown => runInNewContext(expression) as unknown;

class Point {
  x = 1;
  y: Point | undefined = undefined;
}

class Hidden {
  readonly #held = 1;
  get held() {
    return this.#held;
  }
}

/** A value that people put into parameters, and what has to arrive of it: `undefined` for what is refused. */
type Case = readonly [name: string, value: unknown, arrives?: unknown];

const held: readonly Case[] = [
  ['a boxed number', Object(1), 1],
  ['a boxed text', Object('a'), 'a'],
  ['a boxed boolean', Object(false), false],
  ['a boxed number of another realm', foreign('new Number(1)'), 1],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a date of another realm', foreign('new Date(0)'), '1970-01-01T00:00:00.000Z'],
  ['a URL', new URL('https://a.test/'), 'https://a.test/'],
  ['a class with fields', new Point(), { x: 1 }],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  ['an object of another realm', foreign('({ a: [1, {}] })'), { a: [1, {}] }],
  ['a list of another realm', foreign('[1, [2]]'), [1, [2]]],
  ['what converts itself', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
  [
    'what converts itself to itself',
    {
      a: 1,
      toJSON() {
        return this;
      },
    },
    { a: 1 },
  ],
  ['what converts itself by its key', { toJSON: (key: string) => `at ${key}` }, 'at value'],
  ['half of a surrogate pair', 'a\ud83d', 'a\ufffd'],
  ['half of a surrogate pair in a name', { 'a\udc4d': 1 }, { 'a\ufffd': 1 }],
  ['a whole surrogate pair', '👍', '👍'],
  ['-0', -0, 0],
];

const refused: readonly Case[] = [
  ['a Buffer', Buffer.from('a')],
  ['bytes', new Uint8Array(2)],
  ['a view', new DataView(new ArrayBuffer(2))],
  ['an ArrayBuffer', new ArrayBuffer(2)],
  ['an ArrayBuffer of another realm', foreign('new ArrayBuffer(2)')],
  ['bytes of another realm', foreign('new Uint8Array(2)')],
  ['a Map', new Map([['a', 1]])],
  ['a Map of another realm', foreign('new Map([["a", 1]])')],
  ['a Set', new Set([1])],
  ['a Set of another realm', foreign('new Set([1])')],
  ['Headers', new Headers({ a: 'b' })],
  ['URLSearchParams', new URLSearchParams('a=b')],
  ['FormData', new FormData()],
  ['a Blob', new Blob(['a'])],
  ['a promise', Promise.resolve(1)],
  ['an error', new Error('a')],
  ['an error with fields', Object.assign(new Error('a'), { code: 'b' })],
  ['a regular expression', /a/],
  ['a stream', new ReadableStream()],
  ['a stream of Node', Readable.from(['a'])],
  ['a class that hides what it holds', new Hidden()],
  ['a generator', (function* () {})()],
  ['NaN', NaN],
  ['Infinity', -Infinity],
  ['a boxed NaN', Object(NaN)],
  ['a bigint', 1n],
  ['a boxed bigint', Object(1n)],
  ['a symbol', Symbol('a')],
  ['a function', () => 1],
  ['a date that is none', new Date(NaN)],
  ['a date of another realm that is none', foreign('new Date(NaN)')],
];

describe.each(held)('%s', (_, value, arrives) => {
  test('arrives as what it holds, at any depth', async () => {
    const { mistral, body } = recorder();

    await mistral.request({ method: 'POST', path: '/v1/x', body: { value } });
    expect(body()).toEqual({ value: arrives });
    await mistral.request({ method: 'POST', path: '/v1/x', body: { a: [{ value }] } });
    expect(body()).toEqual({ a: [{ value: arrives }] });
  });
});

describe.each(refused)('%s', (name, value) => {
  const { mistral, fetch } = recorder();
  const call = (params: unknown) =>
    // The types refuse it, and JavaScript does not.
    mistral.chat.complete(params as never);
  const chat = { model: 'm', messages: [] };

  test('is refused with its place, at any depth', async () => {
    expect(await failureOf(call({ ...chat, value }))).toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(/^`value[.`]/),
    });
    expect(await failureOf(call({ ...chat, messages: [{ deep: [value] }] }))).toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(/^`messages\[0\]\.deep\[0\][.`]/),
    });
    expect(fetch).not.toHaveBeenCalled();
  });

  test('is refused as the parameters, as the body, in a query and in a form', async () => {
    // Forms and blobs are bodies of their own, and the text of a bigint is its digits.
    const isBody = value instanceof FormData || value instanceof Blob;
    const isDigits = typeof value === 'bigint' || name === 'a boxed bigint';
    const calls = [
      () => call(value),
      () => mistral.models.list({}, { query: { value } }),
      () => mistral.models.list({}, { query: { value: [value] } }),
      ...(isBody ? [] : [() => mistral.request({ method: 'POST', path: '/v1/x', body: value })]),
      ...(isDigits || isBody
        ? []
        : [() => mistral.files.upload({ file: { name: 'a', content: 'b' }, value } as never)]),
    ];

    for (const one of calls)
      expect(await failureOf(Promise.resolve(one()))).toHaveProperty('name', 'ArgumentError');
  });

  test('is refused as a header', async () => {
    const headers = { 'x-value': value } as unknown as HeadersInput;

    expect(await failureOf(mistral.models.list({}, { headers }))).toHaveProperty('name', 'ArgumentError');
  });
});

describe('JSON', () => {
  /** Values that have a form in JSON, beside strings that were cut in the middle of a pair. */
  const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });

  test('is written as JSON.stringify writes it, but for halves of surrogate pairs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), json), async (body) => {
        const { mistral, text } = recorder();
        await mistral.request({ method: 'POST', path: '/v1/x', body });

        expect(text()).toBe(JSON.stringify(JSON.parse(JSON.stringify(wellFormed(body)))));
        // The strictest reader there is.
        expect(new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode(text()))).toBe(
          text(),
        );
        expect(text()).not.toMatch(/\\ud[89a-f]/);
      }),
      { numRuns: 200 },
    );
  });

  test('of a mixture has all of it right, or names the place of what it cannot hold', async () => {
    const cases = [...held, ...refused];
    const leaf = fc.nat(cases.length - 1);
    await fc.assert(
      fc.asyncProperty(fc.array(leaf, { minLength: 1, maxLength: 6 }), async (indexes) => {
        const { mistral, body, fetch } = recorder();
        const picked = indexes.map((index) => cases[index]!);
        const list = picked.map(([, value]) => ({ value }));

        const outcome = await mistral.request({ method: 'POST', path: '/v1/x', body: { list } }).then(
          () => undefined,
          (error: unknown) => error as Error,
        );

        const first = picked.findIndex(([, , arrives]) => arrives === undefined);
        if (first < 0) expect(body()).toEqual({ list: picked.map(([, , value]) => ({ value })) });
        else {
          expect(outcome?.message).toContain(`\`list[${first}].value`);
          expect(fetch).not.toHaveBeenCalled();
        }
      }),
      { numRuns: 200 },
    );
  });

  test('reads each property once', async () => {
    const { mistral } = recorder();
    const get = vi.fn(() => 'a');
    const toJSON = vi.fn(() => 'b');
    const nested = Object.defineProperty({}, 'value', { get, enumerable: true });

    await mistral.request({ method: 'POST', path: '/v1/x', body: { nested: [nested], other: { toJSON } } });

    expect(get).toHaveBeenCalledOnce();
    expect(toJSON).toHaveBeenCalledOnce();
  });

  test('leaves out what converts itself to nothing, and refuses it in a list and as a whole', async () => {
    const { mistral, body } = recorder();
    const nothing = { toJSON: () => undefined };
    const post = (value: unknown) => mistral.request({ method: 'POST', path: '/v1/x', body: value });

    await post({ a: 1, nothing });
    expect(body()).toEqual({ a: 1 });
    expect(await failureOf(post({ a: [nothing] }))).toHaveProperty(
      'message',
      '`a[0]` is an undefined; pass what has a form in JSON',
    );
    expect(await failureOf(post(nothing))).toHaveProperty('name', 'ArgumentError');
  });

  test('20,000 levels deep is refused', async () => {
    const { mistral } = recorder();
    let body: unknown = {};
    for (let level = 0; level < 20_000; level += 1) body = [body];

    expect(await failureOf(mistral.request({ method: 'POST', path: '/v1/x', body }))).toMatchObject({
      name: 'ArgumentError',
      message: 'The body is nested too deeply',
    });
  });
});

test('half of a surrogate pair in a form is replaced, in names and values', async () => {
  const { mistral, fetch } = recorder();
  await mistral.files.upload({
    file: { name: 'a\ud83d.txt', content: 'b\ud83d' },
    ['c\ud83d']: 'd\ud83d',
  } as never);

  const text = await (fetch.mock.calls[0]![1].body as Blob).text();
  for (const part of ['a\ufffd.txt', 'b\ufffd', 'c\ufffd', 'd\ufffd']) expect(text).toContain(part);
});

describe('a query', () => {
  test.each(held.filter(([, value]) => typeof value !== 'object' || value instanceof Date))(
    'carries %s, or refuses it',
    async (_, value, arrives) => {
      const { mistral, query } = recorder();
      const outcome = await mistral.models.list({}, { query: { value } }).then(
        () => query().get('value'),
        (error: unknown) => (error as Error).name,
      );

      expect([String(arrives), 'ArgumentError']).toContain(outcome);
    },
  );

  test.each([
    ['a boxed text', Object('abc'), 'abc'],
    ['a URL', new URL('https://a.test/'), 'https://a.test/'],
  ])('carries %s', async (_, value, arrives) => {
    const { mistral, query } = recorder();
    await mistral.models.list({}, { query: { value } });

    expect([...query()]).toEqual([['value', arrives]]);
  });
});

describe('headers', () => {
  class OtherHeaders {
    *[Symbol.iterator]() {
      yield ['x-team', 'a'] as [string, string];
    }
  }

  test.each<[string, HeadersInput]>([
    ['Headers of another package', new OtherHeaders()],
    ['a Map', new Map([['x-team', 'a']])],
    ['pairs', [['x-team', 'a']]],
    ['an object', { 'X-Team': 'a' }],
    ['an object of another realm', foreign('({ "x-team": "a" })') as HeadersInput],
  ])('may be %s, of a client and of a call', async (_, headers) => {
    const { mistral, headers: sent } = recorder();

    await mistral.models.list({}, { headers });
    expect(sent().get('x-team')).toBe('a');
    await mistral.withOptions({ headers }).models.list();
    expect(sent().get('x-team')).toBe('a');
  });

  test('that come twice in pairs are both sent', async () => {
    const { mistral, headers } = recorder();
    await mistral.models.list(
      {},
      {
        headers: [
          ['x-team', 'a'],
          ['x-team', 'b'],
        ],
      },
    );

    expect(headers().get('x-team')).toBe('a, b');
  });

  test.each([['x-team: a'], [5], [['x-team']], [new Set(['x-team'])]])('of %j are refused', async (given) => {
    const { mistral } = recorder();
    const headers = given as unknown as HeadersInput;

    expect(await failureOf(mistral.models.list({}, { headers }))).toHaveProperty('name', 'ArgumentError');
    expect(() => new Mistral({ apiKey: 'k', headers })).toThrow(TypeError);
  });

  test.each(['Content-Length', 'expect', 'transfer-encoding', 'Keep-Alive', 'upgrade', 'te', 'trailer'])(
    'of the connection, such as %s, are refused at once',
    async (name) => {
      const { mistral, fetch } = recorder();

      expect(await failureOf(mistral.models.list({}, { headers: { [name]: '5' } }))).toMatchObject({
        name: 'ArgumentError',
        message: expect.stringContaining(`\`${name}\``),
      });
      expect(fetch).not.toHaveBeenCalled();
    },
  );

  test('of a client are those at the time when it was made', async () => {
    const { fetch, headers: sent } = recorder();
    const headers = { 'x-team': 'a' };
    const mistral = new Mistral({ apiKey: 'test-key-0123456789', fetch, headers, logLevel: 'off' });
    headers['x-team'] = 'b';

    await mistral.models.list();
    expect(sent().get('x-team')).toBe('a');
    await mistral.withOptions({ maxRetries: 0 }).models.list();
    expect(sent().get('x-team')).toBe('a');
  });
});

test('a GET with a body is refused at once', async () => {
  const { mistral } = recorder();

  expect(() => mistral.request({ method: 'GET', path: '/v1/x', body: {} })).toThrow('a GET has no `body`');
});

/** The value with every half of a surrogate pair replaced, by another means than the package's. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return new TextDecoder().decode(new TextEncoder().encode(value));
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), wellFormed(item)]));
}
