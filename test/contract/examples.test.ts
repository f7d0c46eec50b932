import type * as nodeFs from 'node:fs';
import type * as nodeFsPromises from 'node:fs/promises';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import ts from 'typescript';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { createMcpHandler } from '@modelcontextprotocol/server';

import { Mistral, type Fetch } from '../../src/index.js';
import {
  createCassette,
  createMockMistral,
  disconnect,
  mockBatches,
  type MockResponses,
} from '../../src/testing/index.js';
import { describedOperations } from '../helpers/description.js';
import { createServer2 } from '../helpers/mcp/server-2.js';
import { ServerMemory } from '../helpers/mcp/tools-to-serve.js';
import { failureOf } from '../helpers/failure-of.js';
import { examplesIn, findExamples, gistOf, toModule } from '../helpers/examples.js';
import { testKeys } from '../helpers/test-keys.js';

const folder = resolve('test-results/examples');
const examples = findExamples().map((example, index) => ({
  ...example,
  file: join(folder, `example-${index}.ts`),
}));
const compiled = examples.filter(({ language }) => language === 'ts');
const run = compiled.filter(({ notRun }) => notRun === undefined);

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'requests.jsonl'), '{}\n');
  writeFileSync(join(folder, 'report.pdf'), '%PDF-1.7\n');
  writeFileSync(join(folder, 'speech.pcm'), new Uint8Array(32_000));
  writeFileSync(join(folder, 'speech.wav'), silentWav);
  await recordCassettes();
  for (const example of compiled) writeFileSync(example.file, toModule(example));
});

// Relative paths lead to the folder of the examples; a worker cannot change its directory.
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof nodeFs>();
  return {
    ...fs,
    createReadStream: (path: string) => fs.createReadStream(resolve('test-results/examples', path)),
    createWriteStream: (path: string) => fs.createWriteStream(resolve('test-results/examples', path)),
    openAsBlob: (path: string) => fs.openAsBlob(resolve('test-results/examples', path)),
  };
});
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof nodeFsPromises>();
  const there = (path: string) => resolve('test-results/examples', path);
  return {
    ...fs,
    stat: (path: string) => fs.stat(there(path)),
    rename: (from: string, to: string) => fs.rename(there(from), there(to)),
    readFile: (path: string, encoding: 'utf8') => fs.readFile(there(path), encoding),
    writeFile: (path: string, content: string) => fs.writeFile(there(path), content),
    mkdir: (path: string, options: object) => fs.mkdir(there(path), options),
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each(['README.md', 'docs/streaming.md', 'generated/api.md', 'src/client.ts'])(
  'there are examples in %s',
  (file) => {
    expect(examples.map(({ place }) => place)).toContainEqual(expect.stringContaining(`${file}:`));
  },
);

test('every method has an example call in the reference', () => {
  expect(examples.filter(({ place }) => place.startsWith('generated/api.md'))).toHaveLength(
    describedOperations.length,
  );
});

test('an example that is not run says why, in a sentence', () => {
  const silent = examples.filter(
    ({ language, notRun }) =>
      (notRun ?? '').split(' ').length < 4 && (language !== 'ts' || notRun !== undefined),
  );

  expect(silent.map(({ place }) => place)).toEqual([]);
});

test('no example is written twice', () => {
  const places = new Map<string, string[]>();
  for (const example of examples)
    places.set(gistOf(example), [...(places.get(gistOf(example)) ?? []), example.place]);

  expect([...places.values()].filter(({ length }) => length > 1)).toEqual([]);
});

describe('examples are found', () => {
  const find = (...lines: string[]) => examplesIn('page.md', lines.join('\n'));

  test('with the line that they begin at', () => {
    expect(
      find('# Page', '', '```ts', 'a();', '```', '', '```sh', 'ls', '```', '```ts', 'b();', '```'),
    ).toEqual([
      { place: 'page.md:3', language: 'ts', code: 'a();\n', notRun: undefined },
      { place: 'page.md:10', language: 'ts', code: 'b();\n', notRun: undefined },
    ]);
  });

  test('in a list, without its indent', () => {
    expect(find('- So:', '', '  ```ts', '  if (a) {', '    b();', '  }', '  ```')).toMatchObject([
      { place: 'page.md:3', code: 'if (a) {\n  b();\n}\n' },
    ]);
  });

  test('with the reason why they are not run', () => {
    expect(find('<!-- not run: it needs a key of Azure -->', '```ts', 'a();', '```')).toMatchObject([
      { place: 'page.md:2', notRun: 'it needs a key of Azure' },
    ]);
    expect(find('<!-- not run: it needs a key of Azure -->', '', '```ts', 'a();', '```')).toMatchObject([
      { place: 'page.md:3', notRun: 'it needs a key of Azure' },
    ]);
  });

  test('in other languages, which have to say why they are not run', () => {
    expect(find('```tsx', '<A />', '```', '', '```js', 'a();', '```')).toMatchObject([
      { language: 'tsx', notRun: undefined },
      { language: 'js', notRun: undefined },
    ]);
  });
});

test('every example compiles under strict settings', () => {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile('tsconfig.json', ts.sys.readFile).config,
    ts.sys,
    '.',
  );
  const program = ts.createProgram(
    compiled.map(({ file }) => file),
    { ...options, noUnusedLocals: false, exactOptionalPropertyTypes: true },
  );
  const faults = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const example = compiled.find((candidate) => candidate.file === file?.fileName);
    return `${example?.place ?? file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });

  expect(faults).toEqual([]);
});

test.each(run)('the example at $place runs against the mock API', async ({ file, place }) => {
  vi.stubEnv('MISTRAL_API_KEY', testKeys.apiKey);
  vi.stubEnv('MISTRAL_ADMIN_API_KEY', testKeys.adminApiKey);
  // What that page sends is in no description.
  const mock = createMockMistral(thingsThatEnd, { strict: !place.startsWith('docs/ahead.md:') });
  vi.stubGlobal('fetch', withOwnServer(mock.fetch));
  vi.stubGlobal('WebSocket', mock.WebSocket);
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  vi.spyOn(console, 'dir').mockReturnValue();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);

  await import(/* @vite-ignore */ pathToFileURL(file).href);
});

test('the example of two streams out of one fails once when the stream breaks', async () => {
  const { file } = run.find(({ place, code }) => place.startsWith('docs/') && code.includes('.tee()'))!;
  vi.stubEnv('MISTRAL_API_KEY', testKeys.apiKey);
  vi.stubEnv('MISTRAL_ADMIN_API_KEY', testKeys.adminApiKey);
  vi.stubGlobal('fetch', createMockMistral({ 'chat.stream': disconnect({ after: { parts: 1 } }) }).fetch);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);

  const failure = await failureOf(import(/* @vite-ignore */ `${pathToFileURL(file).href}?broken`));

  // What is rejected beside it, and unhandled, fails the run.
  await setImmediate();
  expect(failure).toMatchObject({ name: 'StreamInterruptedError' });
});

/** A second of it: the header of a file of 16 bits at 16 kHz, and samples. */
const silentWav = Buffer.concat([
  Buffer.from(
    '524946462420000057415645666d74201000000001000100803e0000007d00000200100064617461007d0000',
    'hex',
  ),
  Buffer.alloc(32_000),
]);

/** What examples replay. */
async function recordCassettes(): Promise<void> {
  const record = async (name: string, call: (mistral: Mistral) => Promise<unknown>) => {
    const cassette = createCassette(undefined, { mode: 'record', fetch: createMockMistral().fetch });
    await call(new Mistral({ ...testKeys, fetch: cassette.fetch }));
    writeFileSync(join(folder, 'cassettes', `${name}.json`), JSON.stringify(await cassette.finish()));
  };
  mkdirSync(join(folder, 'cassettes'));
  await record('models', (mistral) => mistral.models.list());
  await record('chat', (mistral) =>
    mistral.chat.complete({
      model: 'mistral-small-latest',
      messages: [{ role: 'user', content: 'Bonjour' }],
    }),
  );
}

const batches = mockBatches({ pollsUntilEnded: 1 });

/** Jobs that were created in an example end; so do those that an example only names, and a document. */
const thingsThatEnd: MockResponses = {
  ...batches,
  'batch.jobs.get': (request, job) => {
    const get = batches['batch.jobs.get'];
    return typeof get === 'function' ? get(request, { ...job, status: 'SUCCESS' }) : job;
  },
  'beta.libraries.documents.get': (_, document) => ({ ...document, process_status: 'done' }),
};

/**
 * A page's own server, at relative URLs: it passes a chat through, or makes a token, and keeps the key to itself. And a server
 * of MCP, whose client passes a `URL`.
 */
function withOwnServer(fetch: Fetch): (url: string | URL, init: RequestInit) => Promise<Response> {
  const mcp = createMcpHandler(() => createServer2(new ServerMemory()));
  return async (given, init) => {
    const url = String(given);
    if (url === 'https://mcp.example.com/') return mcp.fetch(new Request(url, init));
    if (url.endsWith('/v1/client/sessions')) return Response.json({ client_secret: { value: 'rt_1' } });
    if (url === '/api/token') return Response.json({ token: 'rt_1' });
    if (!url.startsWith('/')) return fetch(url, init);
    const mistral = new Mistral({ ...testKeys, fetch });
    const stream = mistral.chat.stream({ model: 'm', messages: [{ role: 'user', content: 'Bonjour' }] });
    return new Response(stream.toReadableStream());
  };
}
