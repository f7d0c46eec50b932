import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import {
  ArgumentError,
  Mistral,
  type Fetch,
  type MistralOptions,
  type RouteRequest,
} from '../../src/index.js';
import { azure, googleVertex, type AzureOptions, type GoogleVertexOptions } from '../../src/hosts/index.js';
import { requestOptionNames } from '../../src/resources/method.js';
import { retryDelayMs, defaultRetryPolicy } from '../../src/transport/retry-policy.js';
import { transportOptionNames } from '../../src/transport/transport-options.js';
import { fileFromPath } from '../../src/uploads/node.js';
import { failureOf } from '../helpers/failure-of.js';

beforeEach(() => {
  vi.stubEnv('MISTRAL_API_KEY', 'key-of-the-environment');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The requests of a client, without what is new in each. */
function recorder() {
  const fetch = vi.fn<Fetch>(async () => Response.json({ data: [] }));
  const sent = () =>
    fetch.mock.calls.map(([url, { method, headers, body }]) => ({
      url,
      method,
      body,
      headers: [...new Headers(headers)].filter(([name]) => name !== 'idempotency-key'),
    }));
  return { fetch, sent };
}

/** A value for each option that is not the default. */
const chosen: Required<MistralOptions> = {
  apiKey: 'chosen-key-0123456789',
  adminApiKey: 'chosen-admin-key-0123456789',
  baseURL: 'https://chosen.test',
  fetch: async () => Response.json({}),
  fetchOptions: { cache: 'no-store' },
  headers: { 'x-team': 'a' },
  middleware: [(request, next) => next(request)],
  observer: () => undefined,
  retryBudget: { burst: 7, perCall: 1 },
  maxResponseBytes: 5000,
  maxEventBytes: 5000,
  redirect: 'same-origin',
  logger: { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() },
  logLevel: 'off',
  dangerouslyAllowHTTP: true,
  dangerouslyAllowBrowser: true,
  timeoutMs: 1234,
  firstEventTimeoutMs: 1234,
  idleTimeoutMs: 1234,
  maxRetries: 5,
  retry: { initialDelayMs: 77, maxDelayMs: 7777 },
};

/** What its constructor is given. */
class Tenant extends Mistral {
  readonly given: MistralOptions;
  constructor(options: MistralOptions = {}) {
    super(options);
    this.given = options;
  }
}

describe.each(transportOptionNames)('`%s: undefined`', (name) => {
  test('means the same as none, for a client', async () => {
    const { fetch, sent } = recorder();
    const given: MistralOptions = { fetch, logLevel: 'off', [name]: undefined };
    if (name === 'fetch') vi.stubGlobal('fetch', fetch);
    onTestFinished(() => void vi.unstubAllGlobals());
    const without = Object.fromEntries(Object.entries(given).filter(([key]) => key !== name));

    await new Mistral(given).models.list();
    await new Mistral(without).models.list();

    expect(sent()[0]).toEqual(sent()[1]);
  });

  test('keeps what the client has, for withOptions()', () => {
    const tenant = new Tenant(chosen);

    expect(tenant.withOptions({ [name]: undefined }).given).toEqual(tenant.given);
    expect(tenant.withOptions({ [name]: undefined, maxRetries: 1 }).given).toEqual({
      ...tenant.given,
      maxRetries: 1,
    });
  });
});

test('the table has every option of a client', () => {
  expect(Object.keys(chosen).toSorted()).toEqual(transportOptionNames.toSorted());
});

test('withOptions() gives a client of the same class, and changes one field of `retry` at a time', () => {
  const tenant = new Tenant(chosen).withOptions({ retry: { maxDelayMs: 1, initialDelayMs: undefined } });

  expect(tenant).toBeInstanceOf(Tenant);
  expect(tenant.given.retry).toEqual({ initialDelayMs: 77, maxDelayMs: 1 });
  expect(chosen.retry).toEqual({ initialDelayMs: 77, maxDelayMs: 7777 });
});

test('a key that is undefined does not become that of the environment', async () => {
  const { fetch, sent } = recorder();
  const tenant = new Mistral({ apiKey: 'key-of-the-tenant', fetch, logLevel: 'off' });

  await tenant.withOptions({ apiKey: undefined }).models.list();

  expect(sent()[0]!.headers).toContainEqual(['authorization', 'Bearer key-of-the-tenant']);
});

describe.each(requestOptionNames)('`%s: undefined`', (name) => {
  test('means the same as none, for a call, a list and a route', async () => {
    const { fetch, sent } = recorder();
    const mistral = new Mistral({ fetch, logLevel: 'off' });

    for (const options of [{ [name]: undefined }, {}]) {
      await mistral.models.list({}, options);
      await mistral.files.list({}, options);
      await mistral.request({ method: 'GET', path: '/v1/x', query: { a: 1 } }, options);
    }

    expect(sent().slice(0, 3)).toEqual(sent().slice(3));
  });
});

test.each(['params', 'query', 'body', 'responseType'] satisfies (keyof RouteRequest)[])(
  '`%s: undefined` means the same as none, for a route',
  async (name) => {
    const { fetch, sent } = recorder();
    const mistral = new Mistral({ fetch, logLevel: 'off' });

    await mistral.request({ method: 'POST', path: '/v1/x', [name]: undefined });
    await mistral.request({ method: 'POST', path: '/v1/x' });

    expect(sent()[0]).toEqual(sent()[1]);
  },
);

test('fields of files and of policies that are undefined mean the same as none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.txt');
  writeFileSync(path, 'a');
  const { fetch, sent } = recorder();
  const mistral = new Mistral({
    fetch,
    logLevel: 'off',
    retryBudget: { burst: undefined, perCall: undefined },
  });

  // Read as a user in JavaScript would write it.
  const options = { name: undefined, type: undefined } as unknown as { name: string };
  expect(await fileFromPath(path, options)).toMatchObject({ name: 'a.txt', type: '' });
  await mistral.files.upload({ file: { name: 'a', content: 'b', type: undefined }, purpose: undefined });
  expect(await (sent()[0]!.body as Blob).text()).toContain('content-type: application/octet-stream');
  expect(retryDelayMs(defaultRetryPolicy, { retries: 0, retryAfterMs: undefined, ahead: 0 }, () => 1)).toBe(
    500,
  );
});

describe('a host', () => {
  const hosts = {
    'azure()': [
      (given: object) => azure(given as AzureOptions),
      { endpoint: 'https://a.test', apiKey: 'key' },
    ],
    'googleVertex()': [
      (given: object) => googleVertex(given as GoogleVertexOptions),
      { project: 'p', accessToken: 'token' },
    ],
  } as const;
  const cases = Object.entries(hosts).flatMap(([name, [make, whole]]) =>
    Object.keys(whole).flatMap((field) =>
      [undefined, null, '', ' '].map((value) => ({
        name,
        make,
        field,
        value,
        given: { ...whole, [field]: value },
      })),
    ),
  );

  test.each(cases)(
    '$name refuses `$field: $value`, so that no key goes to another host',
    ({ name, make, field, given }) => {
      expect(() => make(given)).toThrow(ArgumentError);
      expect(() => make(given)).toThrow(`${name}: \`${field}\` is missing`);
    },
  );

  test.each(Object.entries(hosts))('%s refuses to be called with nothing', (_, [make]) => {
    expect(() => make(undefined as never)).toThrow(ArgumentError);
  });

  test('takes its other options as a client does', () => {
    expect(
      googleVertex({ project: 'p', accessToken: 't', region: undefined as never, middleware: undefined }),
    ).toMatchObject({
      baseURL: 'https://europe-west4-aiplatform.googleapis.com',
    });
    expect(() => googleVertex({ project: 'p', accessToken: 't', region: '' })).toThrow('`region` is missing');
  });
});

describe('null where an object is due is an error that says so', () => {
  test.each<[string, () => unknown]>([
    ['the options of a client', () => new Mistral(null as never)],
    ['those of withOptions()', () => new Mistral().withOptions(null as never)],
    ['`retry`', () => new Mistral({ retry: null as never })],
    ['`retry` of withOptions()', () => new Mistral().withOptions({ retry: null as never })],
    ['a route', () => new Mistral().request(null as never)],
    ['the options of a route', () => new Mistral().request({ method: 'GET', path: '/v1/x' }, null as never)],
    [
      'the options of a route with a query',
      () => new Mistral().request({ method: 'GET', path: '/v1/x', query: { a: 1 } }, null as never),
    ],
    ['the options of a call', () => new Mistral().models.list({}, null as never)],
    ['`retry` of a call', () => new Mistral().models.list({}, { retry: null as never })],
    ['`headers` of a call', () => new Mistral().models.list({}, { headers: null as never })],
  ])('%s', async (_, call) => {
    expect(await failureOf(async () => call())).toHaveProperty('name', 'ArgumentError');
  });
});
