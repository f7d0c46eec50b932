import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createMockMistral } from '../../src/testing/index.js';
import {
  describedOperations,
  resolve,
  unwrap,
  type DescribedOperation,
  type Schema,
} from '../helpers/description.js';
import { requestValidator } from '../helpers/request-schema.js';
import { fixedFields, sampleCall, type SampleCall } from '../helpers/sample-call.js';

type Path = readonly (string | number)[];

interface Fault {
  readonly type: string;
  readonly loc: Path;
}

interface Sent {
  readonly query?: readonly (readonly [string, string])[];
  readonly body?: unknown;
}

const calls = new Map<DescribedOperation, SampleCall>();

/** {@link sampleCall}, made once for all requests that differ a little from it. */
function callOf(operation: DescribedOperation): SampleCall {
  const call = calls.get(operation) ?? sampleCall(operation);
  calls.set(operation, call);
  return call;
}

/** What a strict mock finds wrong with a request; nothing if it takes it, or refuses it for another reason. */
async function faultsOf(operation: DescribedOperation, { query, ...sent }: Sent): Promise<readonly Fault[]> {
  const mock = createMockMistral({ [operation.id]: new Response('taken') });
  const call = callOf(operation);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(call.path[name]!),
  );
  const known = call.query.filter(([name]) => operation.pagination?.page !== name);
  const search = new URLSearchParams((query ?? known) as [string, string][]);
  const response = await mock.fetch(`https://api.mistral.ai${path}?${search}`, {
    method: operation.method,
    headers: { ...operation.authorization, 'content-type': 'application/json' },
    ...(operation.body && { body: JSON.stringify('body' in sent ? sent.body : call.body) }),
  });
  return response.status === 422 ? (await response.json()).detail : [];
}

/** Every place in a value, with what is there. */
function placesIn(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) =>
          placesIn(each, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return [{ path, value }, ...inner];
}

/** A copy with another value at a place; without a value, with nothing there. */
function changed(value: unknown, [key, ...rest]: Path, replacement?: { readonly value: unknown }): unknown {
  if (key === undefined) return replacement?.value;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length === 0 && !replacement) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else copy[key] = changed(copy[key], rest, replacement);
  return copy;
}

/** Values of every type, inside of the usual limits and outside. */
const values: readonly unknown[] = [
  null,
  true,
  'text',
  '',
  '7',
  7,
  -3,
  0.5,
  1e9,
  [],
  ['text'],
  [{}],
  {},
  { key: 'text' },
];

/** Whether a loc is that of a path of the body, or inside of it; a member of a union that has a tag is named in between. */
function leadsTo([place, ...steps]: Path, path: Path): boolean {
  let found = 0;
  for (const step of steps) if (step === path[found]) found += 1;
  return place === 'body' && found === path.length;
}

const withJson = describedOperations.filter(({ body }) => body?.type === 'application/json');

describe.each(describedOperations.filter(({ body }) => body?.type !== 'multipart/form-data'))(
  'the strict mock and $id',
  (operation) => {
    test('take the call that is derived from the description', async () => {
      expect(await faultsOf(operation, {})).toEqual([]);
    });
  },
);

const queryOf = ({ parameters }: DescribedOperation) =>
  parameters.filter(({ in: place }) => place === 'query');

describe.each(describedOperations.filter((operation) => queryOf(operation).length > 0))(
  'the strict mock and the query of $id',
  (operation) => {
    test('refuse names in the spelling of JavaScript, and take those that are like none of the description', async () => {
      const known = callOf(operation).query.filter(([name]) => operation.pagination?.page !== name);
      const hasOwnNames = queryOf(operation).some(
        ({ schema, 'x-json-query': isJson }) => !isJson && unwrap(schema).type === 'object',
      );

      expect(await faultsOf(operation, { query: [...known, ['beyond_compare', '1']] })).toEqual([]);
      for (const { name } of queryOf(operation)) {
        const camelCase = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
        if (camelCase === name) continue;
        expect(await faultsOf(operation, { query: [...known, [camelCase, '1']] })).toMatchObject(
          hasOwnNames ? [] : [{ type: 'extra_forbidden', loc: ['query', camelCase] }],
        );
      }
    });

    test('refuse parameters that are missing or not of their type', async () => {
      for (const { name, required, schema, 'x-json-query': isJson } of queryOf(operation)) {
        const others = callOf(operation).query.filter(
          ([other]) => other !== name && operation.pagination?.page !== other,
        );
        expect(await faultsOf(operation, { query: others })).toMatchObject(
          required ? [{ type: 'missing', loc: ['query', name] }] : [],
        );
        if (takesAnyText(schema) || (unwrap(schema).type === 'object' && !isJson)) continue;
        const faults = await faultsOf(operation, { query: [...others, [name, '(none)']] });
        expect(faults).not.toEqual([]);
        // In a union, the place names the member, too.
        const loc = unwrap(schema).type === 'array' ? ['query', name, 0] : ['query', name];
        for (const fault of faults)
          expect(fault.loc.slice(0, isUnion(schema) ? 2 : undefined)).toEqual(
            isUnion(schema) ? ['query', name] : loc,
          );
      }
    });
  },
);

const isUnion = (schema: Schema): boolean =>
  (resolve(schema).anyOf ?? []).filter(({ type }) => type !== 'null').length > 1;

function takesAnyText(schema: Schema): boolean {
  const { type, format, enum: choices, pattern, anyOf, items } = resolve(schema);
  if (anyOf) return anyOf.some(takesAnyText);
  if (items) return takesAnyText(items);
  return type === 'string' && !format && !choices && !pattern;
}

describe.each(withJson)('the strict mock and the body of $id', (operation) => {
  const { body } = callOf(operation);
  const fits = requestValidator(operation);
  // What chooses the operation is not a field of it: another value is a request for another one.
  const fixed = fixedFields(operation.body!.schema);
  const places = placesIn(body).filter(({ path: [name] }) => !(String(name) in fixed));

  test('agree with JSON Schema on every field that is left out, unknown, or of another type', async () => {
    const corrupted = places.flatMap(({ path, value }) => [
      ...(path.length > 0 ? [{ path, body: changed(body, path) }] : []),
      ...values.map((other) => ({ path, body: changed(body, path, { value: other }) })),
      ...(typeof value === 'object' && value !== null && !Array.isArray(value)
        ? [
            {
              path: [...path, 'unknown_field'],
              body: changed(body, [...path, 'unknown_field'], { value: 1 }),
            },
          ]
        : []),
    ]);
    let refused = 0;
    for (const one of corrupted) {
      const faults = await faultsOf(operation, one);
      const isTaken = fits(one.body);
      expect({ body: one.body, isTaken: faults.length === 0 }).toEqual({ body: one.body, isTaken });
      if (isTaken) continue;
      refused += 1;
      // What tells the members of a union apart is missed by the union, and an item by the list.
      const isOfWhole = faults.some(({ type }) => /^(union_tag|too_short)/.test(type));
      const place = isOfWhole ? one.path.slice(0, -1) : one.path;
      expect(
        faults.some(({ loc }) => leadsTo(loc, place)),
        `${one.path.join('.')}: ${JSON.stringify(faults)}`,
      ).toBe(true);
    }
    expect(refused).toBeGreaterThan(0);
  });

  test('agree with JSON Schema on any JSON at any place', async () => {
    const inside = places.filter(({ path }) => path.length > 0);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...inside), fc.jsonValue({ maxDepth: 2 }), async ({ path }, value) => {
        const changedBody = changed(body, path, { value });
        expect((await faultsOf(operation, { body: changedBody })).length === 0).toBe(fits(changedBody));
      }),
      { numRuns: 40 },
    );
  });
});
