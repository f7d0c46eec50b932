import { describe, expect, test } from 'vitest';

import { functionNameOf } from '../../codegen/description/operations.js';
import { hasResumableStreams } from '../../generated/api.gen.js';
import * as sdk from '../../generated/sdk.gen.js';
import { placeParams } from '../../src/resources/place-params.js';
import { clientOf, createTransport } from '../../src/transport/transport.js';
import { describedOperations, resolve } from '../helpers/description.js';
import { client } from '../helpers/api.js';
import { methodOf } from '../helpers/method-of.js';
import { operationTable } from '../helpers/operation-table.js';
import { sampleCall } from '../helpers/sample-call.js';

const described = describedOperations.map(({ id }) => id).toSorted();
const streams = describedOperations.filter(({ kind }) => kind === 'stream');
const byId = new Map(operationTable.map((operation) => [operation.id, operation]));

test('the description is read at all', () => {
  expect(described.length).toBeGreaterThan(50);
  expect(streams.length).toBeGreaterThan(0);
});

test('every operation of the description has a method, and no method is invented', () => {
  expect(methodNames(client()).toSorted()).toEqual(described);
});

test('the table names every operation once, at its own place', () => {
  expect(operationTable.map(({ id }) => id).toSorted()).toEqual(described);
  for (const { id } of describedOperations) expect(methodOf(client(), id), id).toBeTypeOf('function');
});

describe.each(describedOperations)('$id', (operation) => {
  test('is of the kind that the description says', () => {
    expect(byId.get(operation.id)?.kind).toBe(operation.kind);
  });

  test('takes its URL from the path key, without a fragment', async () => {
    const urls: string[] = [];
    const mistral = client({
      fetch: async (url) => {
        urls.push(url);
        return Response.json({ message: 'recorded' }, { status: 400 });
      },
    });
    const params = Object.fromEntries(operation.parameters.map(({ name }) => [name, name]));

    await methodOf(mistral, operation.id)!(params).then(undefined, () => undefined);

    expect(urls).toHaveLength(1);
    expect(urls[0]).not.toContain('#');
    expect(new URL(urls[0]!).pathname).toBe(operation.path.replaceAll(/[{}]/g, ''));
  });
});

test.each(describedOperations)(
  '$id sends the request of the function that hey-api makes of it',
  async (operation) => {
    const requests: unknown[] = [];
    const options = {
      apiKey: 'test-key',
      maxRetries: 0,
      fetch: async (url: string, { method, headers }: RequestInit) => {
        const type = new Headers(headers).get('content-type');
        // hey-api leaves the type of a form to `fetch`.
        requests.push({ method, url, type: type?.startsWith('multipart/') ? null : type });
        return Response.json({ message: 'recorded' }, { status: 400 });
      },
    };
    const { params } = sampleCall(operation);
    const { id } = operation;
    const name = functionNameOf(id);
    const functions = sdk as unknown as Readonly<Record<string, (options: object) => PromiseLike<unknown>>>;

    await methodOf(client(options), id)!(params).then(undefined, () => undefined);
    const placed = placeParams(byId.get(id)!, params as Record<string, unknown>);
    await functions[name]!({ client: clientOf(createTransport(options)), ...placed }).then(
      undefined,
      () => undefined,
    );

    expect(requests).toHaveLength(2);
    expect(requests[0]).toEqual(requests[1]);
  },
);

describe.each(streams)('the stream of $id', ({ id, stream, answer }) => {
  test('ends as it declares, or with its body', () => {
    const ends = [stream?.done ?? [], stream?.terminal ?? []].flat();

    for (const end of ends) expect(end).toMatch(/./);
    expect(byId.get(id)?.stream).toEqual(stream);
  });

  test('is resumed by a parameter of the query, or by a header', () => {
    const { resume = 'last-event-id' } = stream!;
    const isInQuery = byId.get(id)?.query?.includes(resume) === true;

    expect(isInQuery || /^last-event-id$/i.test(resume), resume).toBe(true);
  });

  test('tells its last and its error events by a tag that its events have', () => {
    const { tag, terminal = [], error = [] } = stream!;
    const named = [...terminal, ...error];
    const { discriminator } = resolve(answer!.schema);

    expect(tag, 'the tag').toBe(named.length > 0 ? discriminator?.propertyName : undefined);
    expect(Object.keys(discriminator?.mapping ?? {})).toEqual(expect.arrayContaining(named));
  });
});

test('the code for resuming is there if a stream can be resumed', () => {
  expect(hasResumableStreams).toBe(streams.some(({ stream }) => stream?.resume !== undefined));
});

test('operations on one URL refer to one another', () => {
  for (const { id, method, path } of describedOperations) {
    const twin = describedOperations.find(
      (other) => other.id !== id && other.method === method && other.path === path,
    );
    expect(byId.get(id)?.twin, id).toBe(twin?.id);
  }
});

function methodNames(node: object, prefix = ''): string[] {
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === 'function' ? [prefix + name] : methodNames(value, `${prefix}${name}.`),
  );
}
