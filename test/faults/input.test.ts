import { beforeEach, describe, expect, test, vi } from 'vitest';

import { Mistral, type Fetch } from '../../src/index.js';
import { describedOperations } from '../helpers/description.js';
import { failureOf } from '../helpers/failure-of.js';
import { methodOf } from '../helpers/method-of.js';
import { isWholeBody, sampleCall } from '../helpers/sample-call.js';
import { testKeys } from '../helpers/test-keys.js';

const fetch = vi.fn<Fetch>(async () => Response.json({}));
const mistral = new Mistral({ ...testKeys, fetch, maxRetries: 0, logLevel: 'off' });
const operations = describedOperations.map((operation) => [operation.id, operation] as const);

beforeEach(() => {
  fetch.mockClear();
});

const call = (id: string, params: object) => failureOf(Promise.resolve(methodOf(mistral, id)!(params)));

/** Whatever comes of it: what counts is what was sent. */
const attempt = async (id: string, params: object): Promise<void> => {
  await Promise.allSettled([methodOf(mistral, id)!(params)]);
};

/** What no part of a request may be, and the word that tells it. */
const unsendable: readonly [word: RegExp, make: () => unknown][] = [
  [/is NaN/, () => NaN],
  [/is Infinity/, () => Infinity],
  [/is -Infinity/, () => -Infinity],
  [/bigint/, () => 1n],
  [/function/, () => () => 1],
  [/symbol/, () => Symbol('s')],
];

describe.each(operations)('%s', (id, operation) => {
  const { parameters, body, path } = operation;
  const pathNames = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const queryNames = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);

  if (pathNames.length > 0)
    test('I1 refuses a path parameter that would lead elsewhere', async () => {
      const bad = [
        '',
        '.',
        '..',
        undefined,
        null,
        true,
        {},
        [],
        ['a'],
        NaN,
        Infinity,
        1n,
        '\ud800',
        'a\udfff',
        () => 'a',
      ];
      for (const name of pathNames) {
        for (const value of bad) {
          expect(await call(id, { ...sampleCall(operation).params, [name]: value })).toMatchObject({
            name: 'ArgumentError',
            message: expect.stringContaining(`\`${name}\``),
          });
        }
      }
      expect(fetch).not.toHaveBeenCalled();
    });

  if (pathNames.length > 0)
    test('I1 keeps its route, whatever its path parameters hold', async () => {
      const wild = [
        'a/b',
        '../b',
        '..%2f',
        '%2e%2e',
        'a?b',
        'a#b',
        'a\\b',
        ' ',
        'a\r\nb',
        '\t..\t',
        '//',
        'é',
        '\0',
        ':',
        '@',
      ];
      for (const name of pathNames) {
        for (const value of wild) await attempt(id, { ...sampleCall(operation).params, [name]: value });
      }

      expect(fetch).toHaveBeenCalledTimes(pathNames.length * wild.length);
      for (const [url] of fetch.mock.calls) {
        const { origin, pathname } = new URL(url);
        expect(origin).toBe('https://api.mistral.ai');
        const pattern = path.split('/').map((segment) => (segment.includes('{') ? '[^/]+' : segment));
        expect(pathname).toMatch(new RegExp(`^${pattern.join('/')}$`));
      }
    });

  if (queryNames.length > 0)
    test('I3 refuses a query that no URL can carry', async () => {
      for (const name of queryNames) {
        for (const [word, make] of [...unsendable, [/surrogate/, () => '\ud800'] as const]) {
          const isJson = operation.parameters.some(
            (parameter) => parameter.name === name && parameter['x-json-query'],
          );
          if (isJson && word.source === 'surrogate') continue;
          expect(await call(id, { ...sampleCall(operation).params, [name]: make() })).toMatchObject({
            name: 'ArgumentError',
            message: expect.stringMatching(word),
          });
        }
      }
      expect(fetch).not.toHaveBeenCalled();
    });

  if (body?.type === 'application/json')
    test('I3 refuses a body that JSON cannot hold, and says where', async () => {
      const circular: { self?: object } = {};
      circular.self = circular;
      const deep: readonly [RegExp, () => unknown][] = [
        ...unsendable,
        [/refers back/, () => circular],
        [/is a Promise; await it/, () => Promise.resolve('x')],
        [/is a Map/, () => new Map([['a', 1]])],
        [/is a Set/, () => new Set([1])],
        [/base64/, () => new Uint8Array(2)],
        [/invalid date/, () => new Date(NaN)],
        [/is an undefined/, () => [undefined]],
      ];
      const name = isWholeBody(body.schema) ? 'body' : 'extra';
      for (const [word, make] of deep) {
        const params = { ...sampleCall(operation).params, [name]: { list: [0, make()] } };
        expect(await call(id, params)).toMatchObject({
          name: 'ArgumentError',
          message: expect.stringMatching(new RegExp(`^\`(extra\\.)?list\\[1\\].*\` .*${word.source}`)),
        });
      }
      expect(fetch).not.toHaveBeenCalled();
    });

  test('I2 sends own properties alone, and takes `__proto__` for a name like any other', async () => {
    const own = JSON.parse('{"__proto__": "own"}') as object;
    const params = Object.assign(Object.create({ inherited: 'x' }) as object, sampleCall(operation).params);
    Object.defineProperties(params, Object.getOwnPropertyDescriptors(own));

    await attempt(id, params);

    const [url, init] = fetch.mock.calls[0]!;
    const text = `${url} ${init.body instanceof Blob ? await init.body.text() : String(init.body)}`;
    expect(text).toContain('__proto__');
    expect(text).not.toContain('inherited');
    expect(({} as { own?: string }).own).toBeUndefined();
  });
});

test('I1 a template that a parameter bends to another number of segments is refused', async () => {
  const { fillPath } = await import('../../src/transport/path.js');

  expect(() => fillPath('/v1/files/{file_id}/../x', { file_id: 'a' })).toThrow(/would lead to another route/);
});
