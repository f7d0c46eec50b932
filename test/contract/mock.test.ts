import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { Stream, type StreamPromise } from '../../src/index.js';
import { createMockMistral } from '../../src/testing/index.js';
import { client } from '../helpers/api.js';
import { collect } from '../helpers/collect.js';
import { describedOperations, type DescribedOperation } from '../helpers/description.js';
import { methodOf } from '../helpers/method-of.js';
import { sampleCall, sampleFile, type SampleFields } from '../helpers/sample-call.js';

const ajv = new Ajv2020({ strict: false, logger: false });
addFormats.default(ajv);
ajv.addSchema(parse(readFileSync('generated/openapi.yaml', 'utf8')), 'description');

/** Why a value does not fit the schema of the operation's answer; `null` when it does. */
function faultOf({ pathKey, method, status, answer }: DescribedOperation, value: unknown): string | null {
  const place = [
    'paths',
    pathKey,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    answer!.type,
    'schema',
  ];
  const pointer = place
    .map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.getSchema(`description#/${pointer}`)!;
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

/** Ask the mock as a client would, with every parameter that the description knows, apart from those of paging. */
async function ask(operation: DescribedOperation, paging: Readonly<Record<string, string | number>> = {}) {
  const mock = createMockMistral();
  const { page, size } = operation.pagination ?? {};
  const call = sampleCall(operation);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(call.path[name]!),
  );
  const known = call.query
    .filter(([name]) => name !== page && name !== size)
    .map(([name, value]) => [name, value]);
  const isInQuery = (name: string) => operation.parameters.some((parameter) => parameter.name === name);
  const given = Object.entries(paging);
  const inQuery = given.filter(([name]) => isInQuery(name));
  const inBody = Object.fromEntries(given.filter(([name]) => !isInQuery(name)));
  const search = new URLSearchParams([...known, ...inQuery] as [string, string][]);
  const headers = new Headers(operation.authorization);
  const init: RequestInit = { method: operation.method, headers };
  if (call.body && operation.body!.type === 'multipart/form-data')
    init.body = toForm(call.body as SampleFields);
  else if (call.body) {
    init.body = JSON.stringify(Array.isArray(call.body) ? call.body : { ...call.body, ...inBody });
    headers.set('content-type', 'application/json');
  }
  const response = await mock.fetch(`https://api.mistral.ai${path}?${search}`, init);
  return { response, request: mock.requests[0]! };
}

function toForm(fields: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === sampleFile) form.set(name, new File([sampleFile.content], sampleFile.name));
    else if (Array.isArray(value)) for (const item of value) form.append(name, String(item));
    else if (value !== null && value !== undefined)
      form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return form;
}

test('the description is read at all', () => {
  expect(describedOperations.length).toBeGreaterThan(50);
});

test('an answer that does not fit is noticed', async () => {
  const operation = describedOperations.find(({ id }) => id === 'chat.complete')!;
  const { response } = await ask(operation);
  const reply = await response.json();

  expect(faultOf(operation, reply)).toBeNull();
  expect(faultOf(operation, { ...reply, choices: 'none' })).toBe('data/choices must be array');
});

describe.each(describedOperations)('$id', (operation) => {
  test('is the operation that the mock answers for, with the status of the description', async () => {
    const { response, request } = await ask(operation);

    expect(request.operation).toBe(operation.id);
    expect(response.status, await response.clone().text()).toBe(operation.status);
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(operation.answer?.type);
  });
});

describe.each(describedOperations.filter(({ kind }) => kind === 'json'))('the answer of $id', (operation) => {
  test('fits its schema, whatever it repeats of the request', async () => {
    const { response } = await ask(operation);

    expect(faultOf(operation, await response.json())).toBeNull();
  });
});

describe.each(describedOperations.filter(({ kind }) => kind === 'stream'))(
  'the stream of $id',
  (operation) => {
    test('has events that fit their schema, and ends as the description says', async () => {
      const { done, tag, terminal = [], error = [] } = operation.stream!;
      const { response } = await ask(operation);

      const data = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, text]) => text!);

      if (done !== undefined) expect(data.pop()).toBe(done);
      const events = data.map((text) => JSON.parse(text));
      expect(events.length).toBeGreaterThan(0);
      for (const event of events) expect(faultOf(operation, event), JSON.stringify(event)).toBeNull();
      if (tag === undefined) return;
      const tags = events.map((event) => event[tag]);
      expect(tags.filter((value) => error.includes(value))).toEqual([]);
      expect(tags.filter((value) => terminal.includes(value))).toEqual(
        terminal.length > 0 ? [tags.at(-1)] : [],
      );
    });

    test('is whole for a page to which a server passes it on, byte by byte', async () => {
      const mistral = client({ fetch: createMockMistral().fetch });
      const opened = () =>
        methodOf(mistral, operation.id)!(sampleCall(operation).params) as unknown as StreamPromise<
          Stream<unknown>
        >;
      const StreamClass = (await opened()).constructor as typeof Stream;

      // A plain stream does not know the end of the API's own bytes.
      const response =
        StreamClass === Stream
          ? new Response(opened().toReadableStream(), { headers: { 'content-type': 'text/event-stream' } })
          : await opened().asResponse();
      const passedOn = StreamClass.fromResponse(response) as Stream<unknown>;

      expect(await collect(passedOn)).toEqual(await collect(opened()));
    });
  },
);

describe.each(describedOperations.filter(({ kind }) => kind === 'page'))('the list of $id', (operation) => {
  const { style, page, size, first = 0, items: place, next } = operation.pagination!;

  const at = (data: unknown, path: string): unknown =>
    path === ''
      ? data
      : path.split('.').reduce((node, key) => (node as Record<string, unknown> | undefined)?.[key], data);
  const itemsOf = (data: unknown): unknown[] => at(data, place) as unknown[];

  /** What asks for the page after some; nothing after the last one with a cursor. */
  function pageAfter(pages: readonly unknown[]): string | number | undefined {
    if (style === 'page') return first + pages.length;
    if (style === 'offset') return 2 * pages.length;
    return (at(pages.at(-1), next!) ?? '') as string;
  }

  test('fits its schema page by page, and repeats no item', async () => {
    const pages: unknown[] = [];
    const sized = size === undefined ? {} : { [size]: 2 };
    for (let asked = pageAfter([]); pages.length < 4; asked = pageAfter(pages)) {
      if (asked === '' && pages.length > 0) break;
      const { response } = await ask(operation, { ...sized, ...(asked === '' ? {} : { [page]: asked! }) });
      pages.push(await response.json());
    }

    for (const data of pages) expect(faultOf(operation, data)).toBeNull();
    expect(pages.map((data) => itemsOf(data).length)).toEqual(style === 'cursor' ? [2, 2, 1] : [2, 2, 1, 0]);
    const items = pages.flatMap(itemsOf).map((item) => JSON.stringify(item));
    expect(new Set(items).size).toBe(items.length);
  });
});
