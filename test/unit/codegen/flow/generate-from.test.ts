import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';

import { generateFrom, type Outcome } from '../../../../codegen/flow/generate-from.js';
import type { JsonObject } from '../../../../codegen/description/json.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { readUpstreamYaml } from '../../../../codegen/files/read-upstream.js';
import type { Stage } from '../../../../codegen/run/stage.js';
import type { Described } from '../../../../generated/api.gen.js';
import { perform } from '../../../../src/resources/perform.js';
import { nameOf, readOperation } from '../../../../src/resources/read-operation.js';
import { createTransport } from '../../../../src/transport/transport.js';
import { contentsOf } from '../../../helpers/contents-of.js';
import { eventStream } from '../../../helpers/event-stream.js';
import { failureOf } from '../../../helpers/failure-of.js';
import { instantClock } from '../../../helpers/instant-clock.js';

const scratch = mkdtempSync(join(tmpdir(), 'generate-from-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const spec = join(scratch, 'spec');
const overlays = join(scratch, 'overlays');
const forGenerators = join(scratch, 'for-generators');
const out = join(scratch, 'out');
const text = readFileSync('test/helpers/hard/openapi.yaml', 'utf8');

const date = '2026-08-13';

beforeAll(() => {
  // The version before has nothing that could stay.
  const before = stringify({ openapi: '3.1.0', info: { title: 'Before', version: '1.0.0' }, paths: {} });
  mkdirSync(spec);
  writeFileSync(join(spec, 'openapi.yaml'), before);
  const sha256 = createHash('sha256').update(before).digest('hex');
  writeFileSync(join(spec, 'source.json'), JSON.stringify({ sha256 }));
  const write = (folder: string, name: string, overlay: JsonObject): void => {
    mkdirSync(folder, { recursive: true });
    const info = { title: name, version: '1.0.0' };
    writeFileSync(join(folder, `${name}.overlay.yaml`), stringify({ overlay: '1.1.0', info, ...overlay }));
  };
  const path = "$.paths['/v1/books/{book_id}/text'].get";
  const named = { target: path, description: 'Fits.', update: { operationId: 'beta.books.read' } };
  const moved = { target: '$.paths.nowhere', description: 'Does not fit.', update: {} };
  write(overlays, '10-names', { actions: [named, moved] });
  const plain = {
    target: '$..[?@.discriminator.propertyName].discriminator',
    description: 'Plain.',
    remove: true,
  };
  write(overlays, '90-generators', { 'x-generators-only': true, actions: [plain] });
  write(forGenerators, '90-generators', {
    'x-generators-only': true,
    actions: [{ ...plain, target: '$.nowhere' }],
  });
});

describe('from a description with every defect that we know', () => {
  const stages: Stage[] = [];
  let outcome: Outcome;
  let files: Record<string, string>;
  let table: readonly Described<unknown>[];

  beforeAll(async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'old.gen.ts'), '// what was there before');
    outcome = await generateFrom({ text, name: 'hard', project: { spec, overlays }, date, out }, (stage) =>
      stages.push(stage),
    );
    files = contentsOf(out);
    table = await load(out);
  }, 180_000);

  test('every operation that is defined soundly has a name', () => {
    expect(
      outcome.operations.map(({ id, kind, method, path }) => `${id}: ${kind} ${method} ${path}`),
    ).toEqual([
      'audio.speech.complete: json POST /v1/audio/speech',
      'audio.speech.stream: stream POST /v1/audio/speech',
      'beta.books.create: json POST /v1/books',
      'beta.books.delete: void DELETE /v1/books/{path_book_id}',
      'beta.books.get: json GET /v1/books/{path_book_id}',
      'beta.books.getCover: json GET /v1/books/{book_id}/cover',
      'beta.books.getHistory: json GET /v1/books/{book_id}/history',
      'beta.books.list: page GET /v1/books',
      'beta.books.read: binary GET /v1/books/{book_id}/text',
      'beta.books.search: json POST /v1/books/search',
      'beta.books.update: json PUT /v1/books/{path_book_id}',
      'beta.runs.batchCancel: void POST /v1/runs/cancel',
      'beta.runs.cancel: json POST /v1/runs/{run_id}/cancel',
      'beta.runs.list: page GET /v1/runs',
      'beta.runs.stream: stream GET /v1/runs/{run_id}/stream',
      'thenApi.constructorEvents: json GET /v1/events',
    ]);
  });

  test('the others are left out, each with its reason', () => {
    expect(outcome.leftOut).toEqual([
      expect.stringMatching(
        /^GET \/v1\/broken\/reference: .*`#\/components\/schemas\/Nowhere` leads nowhere/,
      ),
      expect.stringMatching(/^GET \/v1\/broken\/deep: .*`#\/components\/schemas\/Nowhere` leads nowhere/),
      expect.stringMatching(/^GET \/v1\/broken\/schema: .*\/type must be equal to one of the allowed values/),
      expect.stringMatching(/^POST \/v1\/broken\/body: .*the body is application\/octet-stream/),
    ]);
  });

  test('what was changed is said, once each', () => {
    expect(new Set(outcome.notes).size).toBe(outcome.notes.length);
    for (const said of [
      /^10-names\.overlay\.yaml: \$\.paths\.nowhere: does not fit: Matches nothing\./,
      /\$defs: moved to the components: SpeechDelta, SpeechDone, Usage$/,
      /properties\.exact: `type: bool` is no type/,
      /\$\.paths\['\/v1\/books'\]\.post\..*Idempotency-Key/,
      /\$\.components\.schemas: `Event` is called `EventDefinition`$/,
      /\$\.components\.schemas: `Function` is called `FunctionDefinition`$/,
      /\$\.components\.schemas: `Page\[Run\]` is called `PageRun`$/,
      /\$\.paths\['\/v1\/books'\]\.get: is called `beta\.books\.list`$/,
      /x-pagination|numbered pages/,
      /look up how that ends/,
      /left out, since `#\/components\/schemas\/Nowhere` leads nowhere/,
    ])
      expect(outcome.notes).toContainEqual(expect.stringMatching(said));
    expect(outcome.notes.join('\n')).not.toMatch(/undefined|\[object Object\]|beta\.books\.read/);
  });

  test('each stage is reported with its figure', () => {
    expect(stages.map(({ name, figure }) => `${name}: ${figure}`)).toEqual([
      'read: 16 paths',
      expect.stringMatching(/^repair: \d repairs by rule$/),
      'settle: 1 actions of overlays do not fit',
      expect.stringMatching(/^propose: \d+ actions, 15 names$/),
      expect.stringMatching(/^lint again: \d+ problems, \d+ discriminated unions$/),
      'generate: 16 operations: 2 stream, 2 page, 1 binary, 2 empty',
      'cross-check: 15 operations agree, 1 are read differently',
      expect.stringMatching(/^format: \d+ files$/),
    ]);
  });

  test('the folder is replaced as a whole, by what the pipeline writes and nothing else', () => {
    const names = Object.keys(files).filter((name) => !name.includes('/'));

    expect(names).toEqual([
      'api.gen.ts',
      'api.md',
      'client.gen.ts',
      'cross-check.gen.ts',
      'message-fields.gen.ts',
      'mock.gen.ts',
      'openapi.yaml',
      'operation-types.gen.ts',
      'operations.gen.ts',
      'params.gen.ts',
      'schema.gen.ts',
      'sdk.gen.ts',
      'types.gen.ts',
    ]);
    expect(existsSync(`${out}.next`)).toBe(false);
    expect(existsSync(`${out}.previous`)).toBe(false);
  });

  test('the effective description has nothing in it that generators die of', () => {
    const effective = parse(files['openapi.yaml']!) as JsonObject;

    expect(JSON.stringify(effective)).not.toMatch(/\$defs|"nullable"|"bool"|Nowhere|Orphan|sandwich/);
    expect((effective.paths as JsonObject)['/v1/broken/reference']).toEqual({});
  });

  test('all that is generated compiles under the strictest rules', () => {
    expect(faultsOf('out')).toEqual([]);
  });

  describe('the emitted table can be called:', () => {
    test('a body goes to its place, and the name of a path parameter that gave way does, too', async () => {
      const { call, fetch } = scripted(() => Response.json({ id: 1 }));

      expect(await call('beta.books.update', { path_book_id: 'b/1', book_id: 'b2', title: 'T' })).toEqual({
        id: 1,
      });

      const [url, init] = fetch.mock.calls[0]!;
      expect(String(url)).toBe('https://api.hard.test/v1/books/b%2F1');
      expect(init.method).toBe('PUT');
      expect(JSON.parse(String(init.body))).toEqual({ book_id: 'b2', title: 'T' });
    });

    test('a response of text is handed out as a response', async () => {
      const { call } = scripted(
        () => new Response('Once upon', { headers: { 'content-type': 'text/plain' } }),
      );

      expect(await ((await call('beta.books.read', { book_id: 'b1' })) as Response).text()).toBe('Once upon');
    });

    test('a response without content is nothing', async () => {
      const { call } = scripted(() => new Response(null, { status: 204 }));

      expect(await call('beta.runs.batchCancel')).toBeUndefined();
    });

    test('a stream that says how it ends is complete with that event, and its twin is not a stream', async () => {
      const { call, fetch } = scripted(() =>
        eventStream(
          'event: speech.audio.delta\ndata: {"type":"speech.audio.delta","audio":"aaa"}\n\n' +
            'event: speech.audio.done\ndata: {"type":"speech.audio.done","usage":{"seconds":1}}\n\n',
        ),
      );

      const events = await collect(call('audio.speech.stream', { input: 'Hello' }));

      expect(events).toEqual([
        { type: 'speech.audio.delta', audio: 'aaa' },
        { type: 'speech.audio.done', usage: { seconds: 1 } },
      ]);
      expect(JSON.parse(String(fetch.mock.calls[0]![1].body))).toEqual({ input: 'Hello', stream: true });

      const plain = scripted(() => Response.json({ audio: 'aaa' }));
      expect(await plain.call('audio.speech.complete', { input: 'Hello' })).toEqual({ audio: 'aaa' });
      expect(JSON.parse(String(plain.fetch.mock.calls[0]![1].body))).toMatchObject({ input: 'Hello' });
      expect(JSON.parse(String(plain.fetch.mock.calls[0]![1].body))).not.toHaveProperty('stream', true);
    });

    test('a stream without a known end ends with its body', async () => {
      const { call, fetch } = scripted(() =>
        eventStream('data: {"event_type":"STARTED"}\n\nid: 2\ndata: {"event_type":"ENDED"}\n\n'),
      );

      expect(await collect(call('beta.runs.stream', { run_id: 'r1', stream: 'logs' }))).toEqual([
        { event_type: 'STARTED' },
        { event_type: 'ENDED' },
      ]);
      expect(String(fetch.mock.calls[0]![0])).toBe('https://api.hard.test/v1/runs/r1/stream?stream=logs');
    });

    test('a list whose pages begin with 1 is walked from 1', async () => {
      const pages = [[{ id: 1 }, { id: 2 }], [{ id: 3 }]];
      const { call, fetch } = scripted((url) => {
        const number = Number(new URL(url).searchParams.get('page') ?? 1);
        return Response.json({ books: { results: pages[number - 1] ?? [], count: 3 } });
      });

      expect(await collect(call('beta.books.list', { page_size: 2 }))).toEqual([
        { id: 1 },
        { id: 2 },
        { id: 3 },
      ]);
      expect(fetch.mock.calls.map(([url]) => new URL(String(url)).searchParams.get('page') ?? '1')).toEqual([
        '1',
        '2',
      ]);
    });

    test('a list with cursors follows them', async () => {
      const pages: Record<string, object> = {
        first: { runs: [{ id: 1 }], next: 'second' },
        second: { runs: [{ id: 2 }], next: '' },
      };
      const { call } = scripted((url) =>
        Response.json(pages[new URL(url).searchParams.get('cursor') ?? 'first']),
      );

      expect(await collect(call('beta.runs.list'))).toEqual([{ id: 1 }, { id: 2 }]);
    });

    function scripted(response: (url: string) => Response) {
      const fetch = vi.fn(async (url: string | URL, _init: RequestInit) => response(String(url)));
      const options = {
        apiKey: 'test-key-0123456789',
        fetch: fetch as never,
        logLevel: 'off',
        baseURL: 'https://api.hard.test',
      } as const;
      const transport = createTransport(options, { clock: instantClock(), random: () => 1 });
      const call = (id: string, params: Record<string, unknown> = {}) => {
        const operation = table.find((each) => nameOf(each) === id)!;
        return perform(transport, readOperation(operation), {}, params);
      };
      return { call, fetch };
    }
  });
});

/** Two operations, one of which has the given response. */
function described(schema: JsonObject, schemas: JsonObject = {}): string {
  const get = (operationId: string, response: JsonObject): JsonObject => ({
    get: {
      operationId,
      responses: { 200: { description: 'Done.', content: { 'application/json': { schema: response } } } },
    },
  });
  const shelf = { type: 'object', properties: { name: { type: 'string' } } };
  return stringify({
    openapi: '3.1.0',
    info: { title: 'Small', version: '1.0.0' },
    paths: {
      '/v1/books': get('list_books', schema),
      '/v1/shelves': get('list_shelves', { $ref: '#/components/schemas/Shelf' }),
    },
    components: { schemas: { Shelf: shelf, ...schemas } },
  });
}

const ownFilesOf = (folder: string): string[] =>
  Object.keys(contentsOf(join(scratch, folder))).filter((name) => /^[^/]*\.ts$/.test(name));

/** What the compiler says of generated files of a folder in the scratch folder. */
function faultsOf(folder: string, ours = ownFilesOf(folder)): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  writeFileSync(join(scratch, folder, 'package.json'), '{ "type": "module" }');
  const program = ts.createProgram(
    ours.map((name) => join(scratch, folder, name)),
    { ...options, types: [] },
  );
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => ours.some((name) => file?.fileName.endsWith(`/${folder}/${name}`)))
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

const from = (description: string, folder: string): Promise<Outcome> =>
  generateFrom(
    {
      text: description,
      name: 'small',
      project: { spec, overlays: forGenerators },
      date,
      out: join(scratch, folder),
    },
    () => undefined,
  );

test('an operation that a generator dies of costs itself alone, with what the generator said', async () => {
  const outcome = await from(described({ type: 'string', pattern: 'a{2147483648}' }), 'dies');

  expect(outcome.operations.map(({ id }) => id)).toEqual(['shelves.list']);
  expect(outcome.leftOut).toEqual([
    expect.stringMatching(/^GET \/v1\/books: Proposed: left out, since Invalid string length/),
  ]);
  expect(contentsOf(join(scratch, 'dies'))['api.md']).not.toContain('books');
});

test('what the generators read differently is said, and excluded from the proof that they agree', async () => {
  const byDay = {
    type: 'object',
    propertyNames: { $ref: '#/components/schemas/Day' },
    additionalProperties: { type: 'string' },
  };
  const days = { Day: { type: 'string', enum: ['today', 'tomorrow'] } };

  const { notes } = await from(described(byDay, days), 'differs');

  expect(notes).toContainEqual(
    expect.stringMatching(
      /@\.operationId == 'books\.list'.*hey-api and openapi-typescript read it differently at 200/,
    ),
  );
  expect(faultsOf('differs', ['cross-check.gen.ts'])).toEqual([]);
  const written = contentsOf(join(scratch, 'differs'));
  expect(written['cross-check.gen.ts']).toMatch(/'books\.list': Exclude</);
  expect(written['openapi.yaml']).toMatch(/x-read-differently:\n\s+- "200"/);
});

test.each<[title: string, schema: JsonObject]>([
  ['a pattern in the syntax of Python', { type: 'string', pattern: '(?P<year>[0-9]{4})' }],
  [
    'a tag that leads to no schema',
    {
      oneOf: [{ $ref: '#/components/schemas/Shelf' }, { type: 'string' }],
      discriminator: { propertyName: 'kind', mapping: { shelf: '#/components/schemas/Gone' } },
    },
  ],
])('%s costs nothing', async (_, schema) => {
  const { operations, leftOut } = await from(described(schema), 'harmless');

  expect(operations.map(({ id }) => id)).toEqual(['books.list', 'shelves.list']);
  expect(leftOut).toEqual([]);
});

test.each<[title: string, paths: JsonObject]>([
  [
    'a parameter that leads nowhere',
    { '/v1/books': { get: { parameters: [{ $ref: '#/components/parameters/Gone' }] } } },
  ],
  [
    'a parameter of the path that leads nowhere',
    { '/v1/books': { parameters: [{ $ref: '#/gone' }], get: {} } },
  ],
  ['an operation that is none', { '/v1/books': { get: null } }],
  ['a path that is none', { '/v1/books': null }],
  ['a response that is none', { '/v1/books': { get: { responses: { 200: null } } } }],
])('%s costs that operation alone', async (_, paths) => {
  const document = readUpstreamYaml(described({ type: 'object' }), 'small');
  Object.assign(document.paths as JsonObject, paths);

  const { operations, leftOut } = await from(stringify(document), 'unreadable');

  expect(operations.map(({ id }) => id)).toEqual(['shelves.list']);
  expect(leftOut).toHaveLength(1);
  expect(leftOut[0]).toMatch(/\/v1\/books.*left out, since/);
});

describe('where nothing can be generated, the folder stays as it was, and the message says why:', () => {
  test.each([
    ['no description', 'hello', /small: holds a string, not an OpenAPI description/],
    [
      'no operation',
      stringify({ openapi: '3.1.0', paths: {} }),
      /No operation of the description can be generated/,
    ],
  ])('%s', async (_, description, says) => {
    mkdirSync(join(scratch, 'kept'), { recursive: true });
    writeFileSync(join(scratch, 'kept/types.gen.ts'), '// kept');

    const failure = await failureOf(from(description, 'kept'));

    expect(failure).toBeInstanceOf(PipelineError);
    expect(failure).toHaveProperty('message', expect.stringMatching(says));
    expect(contentsOf(join(scratch, 'kept'))).toEqual({ 'types.gen.ts': '// kept' });
  });
});

async function load(folder: string): Promise<readonly Described<unknown>[]> {
  const outfile = join(scratch, 'bundle.mjs');
  await build({
    entryPoints: [join(folder, 'api.gen.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
  });
  return ((await import(pathToFileURL(outfile).href)) as { operations: readonly Described<unknown>[] })
    .operations;
}

async function collect(items: unknown): Promise<unknown[]> {
  const collected: unknown[] = [];
  for await (const item of items as AsyncIterable<unknown>) collected.push(item);
  return collected;
}
