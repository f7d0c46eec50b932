import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { compareReadings, crossCheck, DisagreementError } from '../../../../codegen/generate/cross-check.js';
import { emitCrossCheck } from '../../../../codegen/emit/cross-check.js';
import { collectOperations } from '../../../../codegen/description/operations.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { failureOf } from '../../../helpers/failure-of.js';

const scratch = mkdtempSync(join(tmpdir(), 'cross-check-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** How one generator read an operation; each field is a type, or absent. */
interface Reading {
  readonly path?: string;
  readonly query?: string;
  readonly body?: string;
  /** The type of each status; `void` for one that carries nothing. */
  readonly responses?: Readonly<Record<string, string>>;
  /** Types that the others name. */
  readonly types?: string;
}

const usual = { responses: { '200': 'string', '4XX': '{ message?: string }' } };

/** What openapi-typescript writes of an operation. */
function schemaText(id: string, { path, query, body, responses = usual.responses }: Reading): string {
  const content = (type: string) =>
    type === 'void' ? 'content?: never' : `content: { 'application/json': ${type} }`;
  const written = Object.entries(responses).map(
    ([status, type]) => `${keyOf(status)}: { headers: {}; ${content(type)} };`,
  );
  return `
      '${id}': {
        parameters: { query?: ${query ?? 'never'}; header?: never; path${path ? '' : '?'}: ${path ?? 'never'}; cookie?: never };
        requestBody${body ? '' : '?'}: ${body ? `{ content: { 'application/json': ${body} } }` : 'never'};
        responses: { ${written.join(' ')} };
      };`;
}

/** What hey-api writes of an operation. */
function typesText(name: string, { path, query, body, responses = usual.responses }: Reading): string {
  const list = (isError: boolean): string =>
    Object.entries(responses)
      .filter(([status]) => /^[45]/.test(status) === isError)
      .map(([status, type]) => `${keyOf(status)}: ${type};`)
      .join(' ');
  return `
    export type ${name}Data = {
      body${body ? '' : '?'}: ${body ?? 'never'};
      path${path ? '' : '?'}: ${path ?? 'never'};
      query?: ${query ?? 'never'};
      url: '/v1/things';
    };
    export type ${name}Errors = { ${list(true)} };
    export type ${name}Responses = { ${list(false)} };`;
}

const keyOf = (status: string): string => (/^\d+$/.test(status) ? status : `'${status}'`);

const operations = collectOperations({
  paths: {
    '/v1/there': { post: { operationId: 'ways.there', responses: { '200': {}, '4XX': {} } } },
    '/v1/back': { post: { operationId: 'ways.back', responses: { '200': {}, '4XX': {} } } },
  },
});

/** What both generators write of two operations, which they may read differently, and differently again. */
function writtenBy(there: readonly [Reading, Reading], back = there): { schema: string; types: string } {
  return {
    schema: `${there[0].types ?? ''} ${back[0].types ?? ''}
      export interface operations { ${schemaText('ways.there', there[0])} ${schemaText('ways.back', back[0])} }`,
    types: `${there[1].types ?? ''} ${back[1].types ?? ''}
      ${typesText('WaysThere', there[1])} ${typesText('WaysBack', back[1])}`,
  };
}

/** Both files are compiled once for the two ways round, since either generator may be the one that misread. */
const bothWays = (theirs: Reading, ours: Reading) => writtenBy([theirs, ours], [ours, theirs]);

function check({ schema, types }: { schema: string; types: string }): number {
  const folder = mkdtempSync(join(scratch, 'case-'));
  writeFileSync(join(folder, 'schema.gen.ts'), schema);
  writeFileSync(join(folder, 'operation-types.gen.ts'), types);
  writeFileSync(join(folder, 'cross-check.gen.ts'), emitCrossCheck(operations));
  return crossCheck(folder);
}

/** The lines of the message that name an operation; none when all agree. */
function findings(written: { schema: string; types: string }): string[] {
  let failure: unknown;
  try {
    check(written);
  } catch (error) {
    failure = error;
  }
  return failure instanceof PipelineError ? failure.message.match(/^ {2}- .*$/gm)! : [];
}

const recursive = (name: string): string =>
  `export type ${name} = { value: string; children?: ${name}[]; next: ${name} | null };`;

const nested = (levels: number, inside: string): string =>
  levels === 0 ? inside : `{ a: ${nested(levels - 1, inside)} }`;

describe('readings agree', () => {
  test.each<[string, Reading, Reading]>([
    ['without parameters and body', {}, {}],
    [
      'with everything',
      { path: '{ id: string }', query: '{ page?: number }', body: '{ a: string; b?: number }' },
      { path: '{ id: string }', query: '{ page?: number }', body: '{ b?: number; a: string }' },
    ],
    ['on an enum in another order', { body: `{ a: 'x' | 'y' | null }` }, { body: `{ a: null | 'y' | 'x' }` }],
    ['on an open enum', { body: `{ a?: 'x' | (string & {}) }` }, { body: `{ a?: (string & {}) | 'x' }` }],
    [
      'on a union in another order',
      { body: `{ t: 'a'; x: string } | { t: 'b' }` },
      { body: `{ t: 'b' } | { x: string; t: 'a' }` },
    ],
    ['on lists in other words', { body: '{ a: string[] }' }, { body: '{ a: Array<string> }' }],
    ['on a union of one with itself', { body: '{ a: number }' }, { body: '{ a: number | number }' }],
    [
      'on what is composed',
      { body: '{ a: string } & { b?: number }' },
      { body: '{ a: string; b?: number }' },
    ],
    [
      'on what may hold anything',
      { body: '{ a: { [key: string]: unknown } }' },
      { body: '{ a: { [name: string]: unknown } }' },
    ],
    [
      'on a type that holds itself',
      { types: recursive('Tree'), body: 'Tree' },
      { types: recursive('Node'), body: 'Node' },
    ],
    ['on a file', { body: '{ file: Blob | File }' }, { body: '{ file: Blob | File }' }],
    [
      'on a response without content',
      { responses: { '204': 'void', '404': '{}' } },
      { responses: { '204': 'void', '404': '{}' } },
    ],
    [
      'on several responses',
      { responses: { '200': 'string', '201': 'number', '5XX': 'boolean' } },
      { responses: { '201': 'number', '200': 'string', '5XX': 'boolean' } },
    ],
  ])('%s', (_, theirs, ours) => {
    expect(check(bothWays(theirs, ours))).toBe(2);
  });
});

/** Each pair is compared both ways: either generator may be the one that misread. */
const differences: [title: string, Reading, Reading, ...places: string[]][] = [
  [
    'a path parameter that is missing',
    { path: '{ id: string; version: number }' },
    { path: '{ id: string }' },
    '"path"',
  ],
  ['all path parameters', { path: '{ id: string }' }, {}, '"path"'],
  ['the type of a path parameter', { path: '{ id: string }' }, { path: '{ id: number }' }, '"path"'],
  [
    'a query parameter that is missing',
    { query: '{ a?: string; b?: string }' },
    { query: '{ a?: string }' },
    '"query"',
  ],
  ['all query parameters', { query: '{ a?: string }' }, {}, '"query"'],
  ['a query parameter that is required', { query: '{ a?: string }' }, { query: '{ a: string }' }, '"query"'],
  ['the whole body', { body: '{ a?: string }' }, {}, '"body"'],
  ['an optional property', { body: '{ a: string; b?: number }' }, { body: '{ a: string }' }, '"body"'],
  ['a required property', { body: '{ a: string; b: number }' }, { body: '{ a: string }' }, '"body"'],
  ['a property that is required', { body: '{ a?: string }' }, { body: '{ a: string }' }, '"body"'],
  ['a property that may be null', { body: '{ a?: string | null }' }, { body: '{ a?: string }' }, '"body"'],
  ['a type', { body: '{ a?: string }' }, { body: '{ a?: number }' }, '"body"'],
  ['a list', { body: '{ a: string[] }' }, { body: '{ a: string }' }, '"body"'],
  ['a member of an enum', { body: `{ a?: 'x' | 'y' | 'z' }` }, { body: `{ a?: 'x' | 'z' }` }, '"body"'],
  ['a number of an enum', { body: '{ a: 1 | 2 }' }, { body: '{ a: 1 }' }, '"body"'],
  ['one of true and false', { body: '{ a: boolean }' }, { body: '{ a: true }' }, '"body"'],
  [
    'a member of an open enum',
    { body: `{ a: 'x' | 'y' | (string & {}) }` },
    { body: `{ a: 'x' | (string & {}) }` },
    '"body"',
  ],
  ['whether an enum is open', { body: `{ a: 'x' | (string & {}) }` }, { body: `{ a: 'x' }` }, '"body"'],
  [
    'a member of a union',
    { body: `{ a: { t: 'x' } | { t: 'y' } | { t: 'z' } }` },
    { body: `{ a: { t: 'x' } | { t: 'z' } }` },
    '"body"',
  ],
  [
    'a member of a union in a list',
    { body: `{ a: ({ t: 'x' } | { t: 'y' })[] }` },
    { body: `{ a: { t: 'x' }[] }` },
    '"body"',
  ],
  [
    'an optional property of a member of a union',
    { body: `{ t: 'x'; a?: string } | { t: 'y' }` },
    { body: `{ t: 'x' } | { t: 'y' }` },
    '"body"',
  ],
  [
    'what a map holds',
    { body: '{ [key: string]: string }' },
    { body: '{ [key: string]: number }' },
    '"body"',
  ],
  [
    'an optional property deep down',
    { body: nested(5, '{ z: string; b?: string }') },
    { body: nested(5, '{ z: string }') },
    '"body"',
  ],
  [
    'an optional property of what lists hold',
    { body: '{ a: { b: { c?: string }[] }[] }' },
    { body: '{ a: { b: {}[] }[] }' },
    '"body"',
  ],
  [
    'a type deep in a type that holds itself',
    { types: recursive('Tree'), body: 'Tree' },
    { types: recursive('Node').replace('string', 'string | number'), body: 'Node' },
    '"body"',
  ],
  [
    'a status that succeeds',
    { responses: { '200': 'string', '201': 'string', '404': '{}' } },
    { responses: { '200': 'string', '404': '{}' } },
    '201',
  ],
  [
    'a status that fails',
    { responses: { '200': 'string', '404': '{}', '422': '{}' } },
    { responses: { '200': 'string', '404': '{}' } },
    '422',
  ],
  [
    'which status it is',
    { responses: { '200': 'string', '404': '{}' } },
    { responses: { '201': 'string', '404': '{}' } },
    '200',
    '201',
  ],
  [
    'what a response holds',
    { responses: { '200': '{ a?: string }', '404': '{}' } },
    { responses: { '200': '{ b?: string }', '404': '{}' } },
    '200',
  ],
  [
    'what an error holds',
    { responses: { '200': 'string', '4XX': '{ a: string }' } },
    { responses: { '200': 'string', '4XX': '{ a: number }' } },
    '"4XX"',
  ],
  [
    'whether a response holds anything',
    { responses: { '200': 'string', '404': '{}' } },
    { responses: { '200': 'void', '404': '{}' } },
    '200',
  ],
  ['something and anything', { body: '{ a: any }' }, { body: '{ a: string }' }, '"body"'],
  ['something and the unknown', { body: '{ a: unknown }' }, { body: '{ a: string }' }, '"body"'],
  [
    'anything and the unknown',
    { body: '{ a?: { b: any }[] }' },
    { body: '{ a?: { b: unknown }[] }' },
    '"body"',
  ],
];

describe('readings differ in', () => {
  test.each(differences)('%s', (_, theirs, ours, ...places) => {
    const found = places.join(', ');

    expect(findings(bothWays(theirs, ours))).toEqual([`  - ways.back: ${found}`, `  - ways.there: ${found}`]);
  });

  // What assignability, which the compiler cuts short at depth and which hides one type in another, may not see.
  const thought = (items: string): string => `{ messages: { content: { thinking: (${items})[] }[] }[] }`;
  const subtle: typeof differences = [
    [
      'a member of a union behind three lists',
      { body: thought(`{ t: 'x' } | { t: 'y' }`) },
      { body: thought(`{ t: 'x' }`) },
      '"body"',
    ],
    [
      'an optional property nine levels down',
      { body: nested(9, '{ z: string; b?: string }') },
      { body: nested(9, '{ z: string }') },
      '"body"',
    ],
    [
      'a member of an open enum nine levels down',
      { body: nested(9, `'x' | 'y' | (string & {})`) },
      { body: nested(9, `'x' | (string & {})`) },
      '"body"',
    ],
    [
      'a member of a union that another one includes',
      { body: `{ a: string } | { a: string; b: number }` },
      { body: '{ a: string }' },
      '"body"',
    ],
    [
      'a member of a union of which all is optional',
      { body: '{ a?: string } | { a?: string; b?: number }' },
      { body: '{ a?: string }' },
      '"body"',
    ],
    [
      'a property that is required in a member which another one includes',
      { body: '{ a?: string } | { a?: string; b?: number }' },
      { body: '{ a?: string } | { a: string; b?: number }' },
      '"body"',
    ],
  ];

  test.each(subtle)('%s', (_, theirs, ours, ...places) => {
    const found = places.join(', ');

    expect(findings(bothWays(theirs, ours))).toEqual([`  - ways.back: ${found}`, `  - ways.there: ${found}`]);
  });

  test('whether the body may be left out', () => {
    const reading = { body: '{ a?: string }' };
    const { schema, types } = bothWays(reading, reading);

    expect(findings({ schema, types: types.replace('body:', 'body?:') })).toEqual(['  - ways.there: "body"']);
  });
});

// Found by taking away each optional property, each `?` and each member of a union in the real files, one at a time.
describe('in the real files, too,', () => {
  test.each<[file: string, text: string | RegExp, replacement: string, finding: string]>([
    [
      'types',
      /(?<=export interface ThinkChunkParam .*?thinking: ReadonlyArray<[^>]*)(\bReferenceChunkParam \| | \| ReferenceChunkParam\b)/s,
      '',
      'chat.complete: "body"',
    ],
    [
      'types',
      /(?<=export interface ThinkChunkParam .*?thinking: ReadonlyArray<[^>]*)(\bTextChunk \| | \| TextChunk\b)/s,
      '',
      'agents.stream: "body"',
    ],
    [
      'types',
      '| MessageInputEntryParam\n  | MessageOutputEntryParam\n  | FunctionResultEntryParam',
      '| MessageOutputEntryParam\n  | FunctionResultEntryParam',
      'beta.conversations.start: "body"',
    ],
    [
      'types',
      'hyperparameters: CompletionTrainingParametersIn |',
      'hyperparameters:',
      'fineTuning.jobs.create: "body"',
    ],
    [
      'schema',
      "| components['schemas']['CompletionTrainingParametersIn']",
      '',
      'fineTuning.jobs.create: "body"',
    ],
    [
      'schema',
      /(?<=\bThinkChunk: .*?thinking: \([^)]*)(components\['schemas'\]\['ReferenceChunk'\] \| | \| components\['schemas'\]\['ReferenceChunk'\])/s,
      '',
      'chat.complete: "body"',
    ],
  ])('%s.gen.ts without a part of %s is found', async (name, text, replacement, finding) => {
    const read = (file: string): string => readFileSync(`generated/${file}.gen.ts`, 'utf8');
    const folder = mkdtempSync(join(scratch, 'real-'));
    for (const file of ['types', 'operation-types', 'schema', 'cross-check']) {
      writeFileSync(join(folder, `${file}.gen.ts`), read(file));
    }
    const changed = read(name).replace(text, replacement);
    expect(changed).not.toBe(read(name));
    writeFileSync(join(folder, `${name}.gen.ts`), changed);

    const failure = await failureOf(() => crossCheck(folder));

    expect(failure).toBeInstanceOf(PipelineError);
    expect((failure as Error).message).toContain(finding);
  });
});

describe('the message', () => {
  test('names the operation, the places and what to do', async () => {
    const written = writtenBy(
      [
        { path: '{ a: string }', query: '{ a?: string }', body: '{ a: string }' },
        { responses: { '200': 'number', '4XX': '{}' } },
      ],
      [{}, {}],
    );

    const failure = await failureOf(() => check(written));

    expect(failure).toBeInstanceOf(PipelineError);
    expect((failure as Error).message).toBe(
      'hey-api and openapi-typescript read 1 operations differently:\n' +
        '  - ways.there: "4XX", "body", "path", "query", 200\n' +
        '  Compare operation-types.gen.ts with schema.gen.ts at these places; repair the description with an overlay so that both understand it.',
    );
  });

  const { schema: fineSchema, types: fineTypes } = bothWays({}, {});

  test.each([
    [
      'operation-types.gen.ts lacks a type',
      fineSchema,
      fineTypes.replace('WaysBackErrors', 'WaysBackFaults'),
      'WaysBackErrors',
    ],
    [
      'schema.gen.ts lacks an operation',
      fineSchema.replace('ways.back', 'ways.black'),
      fineTypes,
      'ways.back',
    ],
    [
      'operation-types.gen.ts is no TypeScript',
      fineSchema,
      `${fineTypes} export type = `,
      'operation-types.gen.ts',
    ],
    ['a type is not there', fineSchema, `${fineTypes} export type Odd = Nowhere;`, 'Nowhere'],
  ])('says so when %s', async (_, schema, types, culprit) => {
    const failure = await failureOf(() => check({ schema, types }));

    expect(failure).toBeInstanceOf(PipelineError);
    expect((failure as Error).message).toContain(culprit);
  });
});

describe('where an overlay says by x-read-differently that the generators differ', () => {
  const known = (places: readonly string[]) =>
    collectOperations({
      paths: {
        '/v1/there': {
          post: {
            operationId: 'ways.there',
            'x-read-differently': [...places],
            responses: { '200': {}, '4XX': {} },
          },
        },
        '/v1/back': { post: { operationId: 'ways.back', responses: { '200': {}, '4XX': {} } } },
      },
    });

  function write({ schema, types }: { schema: string; types: string }, places: readonly string[]): string {
    const folder = mkdtempSync(join(scratch, 'known-'));
    writeFileSync(join(folder, 'schema.gen.ts'), schema);
    writeFileSync(join(folder, 'operation-types.gen.ts'), types);
    writeFileSync(join(folder, 'cross-check.gen.ts'), emitCrossCheck(known(places)));
    return folder;
  }

  const differing = writtenBy(
    [
      { body: '{ a: string }', responses: { '200': 'string', '4XX': 'string' } },
      { body: '{ a: number }', responses: { '200': 'number', '4XX': 'string' } },
    ],
    [{}, {}],
  );

  test('that is no disagreement', () => {
    expect(crossCheck(write(differing, ['body', '200']))).toBe(2);
  });

  test('other places still are, and the failure carries them', async () => {
    const failure = await failureOf(() => crossCheck(write(differing, ['body'])));

    expect(failure).toBeInstanceOf(DisagreementError);
    expect((failure as DisagreementError).readings).toEqual([
      { id: 'ways.there', places: ['200'], stale: [] },
    ]);
  });

  test('a place that they read alike is to be deleted', async () => {
    const folder = write(differing, ['body', '200', '4XX']);

    expect(compareReadings(folder)).toContainEqual({ id: 'ways.there', places: [], stale: ['"4XX"'] });
    const failure = await failureOf(() => crossCheck(folder));
    expect(failure).toBeInstanceOf(PipelineError);
    expect(failure).not.toBeInstanceOf(DisagreementError);
    expect(failure).toHaveProperty(
      'message',
      expect.stringMatching(/ways\.there: "4XX"\n.*Delete these places/),
    );
  });
});

test('an operation without failures has none to compare', () => {
  const folder = mkdtempSync(join(scratch, 'case-'));
  const paths = { '/v1/there': { post: { operationId: 'ways.there', responses: { '200': {} } } } };
  const reading = { responses: { '200': 'string' } };
  writeFileSync(
    join(folder, 'schema.gen.ts'),
    `export interface operations { ${schemaText('ways.there', reading)} }`,
  );
  writeFileSync(
    join(folder, 'operation-types.gen.ts'),
    typesText('WaysThere', reading).replace(/export type WaysThereErrors.*/, ''),
  );
  writeFileSync(join(folder, 'cross-check.gen.ts'), emitCrossCheck(collectOperations({ paths })));

  expect(crossCheck(folder)).toBe(1);
});
