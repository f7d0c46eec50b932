import { type } from 'arktype';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { Mistral } from '../../src/client.js';
import type { RequestOptions } from '../../src/resources/method.js';
import { ArgumentError } from '../../src/errors/argument-error.js';
import { createMockMistral } from '../../src/testing/index.js';
import {
  describedOperations,
  propertiesOf,
  resolve,
  type DescribedOperation,
  type Schema,
} from '../helpers/description.js';
import { failureOf } from '../helpers/failure-of.js';
import { methodOf } from '../helpers/method-of.js';
import { sampleCall } from '../helpers/sample-call.js';
import { testKeys } from '../helpers/test-keys.js';

type Values = Readonly<Record<string, unknown>>;

const camelCase = (name: string): string =>
  name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A value with one name in it changed, at the path of its key. */
function renamed(
  value: unknown,
  [key, ...rest]: readonly string[],
  rename: (name: string) => string,
): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? renamed(item, rest, rename) : item));
  return Object.fromEntries(
    Object.entries(value as Values).map(([name, inner]) => {
      if (name !== key) return [name, inner];
      return rest.length === 0 ? [rename(name), inner] : [name, renamed(inner, rest, rename)];
    }),
  );
}

/** Paths of the names of several words, inside the parameters. */
function wordsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = [...path, name];
    const own = !Array.isArray(value) && name.includes('_') ? [here] : [];
    return [...own, ...wordsIn(inner, here)];
  });
}

async function send(operation: DescribedOperation, params: unknown, options?: RequestOptions) {
  const mock = createMockMistral({}, { strict: false });
  const mistral = new Mistral({ ...testKeys, fetch: mock.fetch, maxRetries: 0 });
  await methodOf(mistral, operation.id)!(params, options).then(undefined, (error: unknown) => {
    throw Object.assign(error as Error, { requests: mock.requests });
  });
  return mock.requests[0]!.body;
}

/** The failure of a call that must not send anything. */
async function refusal(operation: DescribedOperation, params: unknown, options?: RequestOptions) {
  const failure = await failureOf(send(operation, params, options));
  expect(failure).toBeInstanceOf(ArgumentError);
  expect(failure).toHaveProperty('requests', []);
  return String(failure);
}

const misspellings = describedOperations.flatMap((operation) => {
  const { params } = sampleCall(operation);
  const schemas = new Map(operation.parameters.map(({ name, schema }) => [name, schema]));
  const fields = operation.body && propertiesOf(operation.body.schema);
  return wordsIn(params)
    .filter(([name, ...path]) => !isFree(schemas.get(name!) ?? fields?.[name!] ?? {}, path))
    .map((path) => ({ operation, params, path }));
});

/** Whether a place may be in an object that takes any names: there, none is wrong. */
function isFree(schema: Schema, [key, ...path]: readonly string[]): boolean {
  if (key === undefined) return false;
  const { anyOf, oneOf, allOf, items, properties, type: kind } = resolve(schema);
  const parts = anyOf ?? oneOf ?? allOf;
  if (parts) return parts.some((part) => isFree(part, [key, ...path]));
  if (items) return isFree(items, path);
  if (properties) return Object.hasOwn(properties, key) && isFree(properties[key]!, path);
  return kind === undefined || kind === 'object';
}

test('there are names of several words to misspell', () => {
  expect(misspellings.length).toBeGreaterThan(describedOperations.length);
});

describe.each(
  describedOperations.filter(({ id }) => misspellings.some(({ operation }) => operation.id === id)),
)('$id', ({ id }) => {
  const own = misspellings.filter(({ operation }) => operation.id === id);

  test.each(own.map((each) => ({ ...each, place: each.path.join('.') })))(
    'refuses $place in camelCase, and says its name',
    async ({ operation, params, path }) => {
      const message = await refusal(operation, renamed(params, path, camelCase) as object);

      expect(message).toContain(`\`${path.at(-1)}\``);
    },
  );
});

const byId = new Map(describedOperations.map((operation) => [operation.id, operation]));

test('a field of an object in the query is refused where it is misspelt', async () => {
  const operation = byId.get('beta.connectors.list')!;

  expect(await refusal(operation, { query_filters: { actve: true } })).toContain(
    '`query_filters` has no field `actve`. Did you mean `active`?',
  );
});

const ask = { model: 'mistral-small-latest', messages: [{ role: 'user', content: 'Bonjour' }] };

test.each([
  [
    'a tool result',
    { ...ask, messages: [{ role: 'tool', toolCallId: 'a', content: '' }] },
    'messages[0].toolCallId',
  ],
  [
    'a response format',
    { ...ask, response_format: { type: 'json_schema', jsonSchema: {} } },
    'response_format.jsonSchema',
  ],
  [
    'an image',
    { ...ask, messages: [{ role: 'user', content: [{ type: 'image_url', imageUrl: 'a' }] }] },
    'messages[0].content[0].imageUrl',
  ],
])('names the place in %s', async (_, params, place) => {
  const message = await refusal(byId.get('chat.complete')!, params);

  expect(message).toContain(`\`${place}\` is not what the API calls it`);
});

test.each([
  ['not_yet_known', 1],
  ['notYetKnown', 'high'],
  ['top_k', 40],
  ['metadata', { maxTokens: 1, topP: { toolCallId: 1 } }],
  ['tools', [{ type: 'function', function: { name: 'a', parameters: { properties: { toolCallId: {} } } } }]],
  ['not_yet_known', [{ toolCallId: 1 }]],
])('sends `%s` as it is: %j', async (name, value) => {
  const body = await send(byId.get('chat.complete')!, { ...ask, [name]: value });

  expect(body).toHaveProperty(name, value);
});

test.each(['signal', 'timeoutMs', 'maxRetries', 'headers', 'onEvent'])(
  'says that `%s` is for the second argument',
  async (name) => {
    const message = await refusal(byId.get('chat.complete')!, { ...ask, [name]: 1 });

    expect(message).toContain(`mistral.chat.complete(params, { ${name} })`);
  },
);

test.each([z.object({ a: z.string() }), type({ a: 'string' })])(
  'says what to do with a schema where an object is due',
  async (schema) => {
    const message = await refusal(byId.get('chat.complete')!, { ...ask, response_format: schema });

    expect(message).toContain('`response_format` is a schema');
  },
);

describe('`body` among the options', () => {
  const chat = byId.get('chat.complete')!;

  test('is laid over the parameters: whole values, with null as null and undefined as nothing', async () => {
    const params = { ...ask, metadata: { a: 1, b: 2 }, temperature: 0.5, stop: 'x' };
    const body = {
      metadata: { c: 3 },
      temperature: undefined,
      stop: null,
      reasoningEffort: 'high',
      maxToken: 1,
    };

    const sent = await send(chat, params, { body });

    expect(sent).toEqual({
      ...ask,
      metadata: { c: 3 },
      temperature: 0.5,
      stop: null,
      reasoningEffort: 'high',
      maxToken: 1,
      stream: false,
    });
  });

  test('becomes fields of a form', async () => {
    const upload = byId.get('files.upload')!;
    const file = { name: 'a.jsonl', content: '{}' };

    const form = await send(upload, { file, purpose: 'batch' }, { body: { visibility: 'workspace' } });

    expect(form).toBeInstanceOf(FormData);
    expect(Object.fromEntries(form as FormData)).toMatchObject({
      purpose: 'batch',
      visibility: 'workspace',
    });
  });

  test.each([
    ['chat.complete', ask, { stream: true }, 'call mistral.chat.stream() instead'],
    ['chat.complete', ask, 'x', '`body` must be an object'],
    ['models.list', {}, { a: 1 }, 'mistral.models.list() sends no body'],
  ])('of %s, %j is refused where it cannot be: %j', async (id, params, body, says) => {
    const message = await refusal(byId.get(id)!, params, { body: body as Values });

    expect(message).toContain(says);
  });
});
