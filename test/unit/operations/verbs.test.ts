import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

import * as flat from '../../../src/operations/index.js';
import { nameOf } from '../../../src/resources/read-operation.js';
import { operations } from '../../../generated/api.gen.js';
import { ArgumentError } from '../../../src/index.js';
import { createMockMistral } from '../../../src/testing/index.js';

const { call, createTransport, download, list, stream, upload, uploadForStream } = flat;

function setUp() {
  const mock = createMockMistral();
  return { mock, transport: createTransport({ apiKey: 'key', fetch: mock.fetch }) };
}

const job_id = '00000000-0000-4000-8000-000000000000';
const model = 'mistral-small-latest';
const messages = [{ role: 'user' as const, content: 'Bonjour' }];

describe('a flat operation', () => {
  test('answers with JSON by `call`, and with the response beside it', async () => {
    const { transport, mock } = setUp();

    const { data, response } = await call(transport, flat.chatComplete, { model, messages }).withResponse();

    expect(data.choices).not.toHaveLength(0);
    expect(response.status).toBe(200);
    expect(mock.requests[0]).toMatchObject({ operation: 'chat.complete' });
  });

  test('that answers with nothing is called too', async () => {
    const { transport } = setUp();

    await expect(call(transport, flat.batchJobsGet, { job_id })).resolves.toBeDefined();
    await expect(call(transport, flat.betaAgentsDelete, { agent_id: 'ag_1' })).resolves.toBeUndefined();
  });

  test('is streamed by `stream`, event by event', async () => {
    const { transport } = setUp();
    const chunks = [];

    for await (const chunk of stream(transport, flat.chatStream, { model, messages })) chunks.push(chunk);

    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks[0]).toHaveProperty('choices');
  });

  test('is walked by `list`, item by item', async () => {
    const { transport } = setUp();

    const jobs = await list(transport, flat.batchJobsList).collect({ limit: 2 });

    expect(jobs.length).toBeGreaterThan(0);
  });

  test('takes files by `upload`, and gives them by `download`', async () => {
    const { transport } = setUp();
    const file = new File(['{"a":1}\n'], 'a.jsonl');

    const { id } = await upload(transport, flat.filesUpload, { file, purpose: 'batch' });
    const response = await download(transport, flat.filesDownload, { file_id: id });

    expect((await response.bytes?.()) ?? (await response.arrayBuffer())).toBeDefined();
  });

  test('takes files and is streamed by `uploadForStream`', async () => {
    const { transport } = setUp();
    const file = new File(['a'], 'a.mp3');
    const types = [];

    for await (const event of uploadForStream(transport, flat.audioTranscriptionsStream, {
      model: 'voxtral-mini-latest',
      file,
    }))
      types.push(event.type);

    expect(types.at(-1)).toBe('transcription.done');
  });
});

describe('what does not fit is refused before any request', () => {
  test.each([
    ['call', call, flat.chatStream, 'stream'],
    ['call', call, flat.filesUpload, 'upload'],
    ['stream', stream, flat.chatComplete, 'call'],
    ['stream', stream, flat.audioTranscriptionsStream, 'uploadForStream'],
    ['list', list, flat.filesDownload, 'download'],
    ['download', download, flat.filesList, 'list'],
    ['upload', upload, flat.batchJobsCreate, 'call'],
    ['uploadForStream', uploadForStream, flat.filesUpload, 'upload'],
  ])('%s() of another kind of operation names the verb that does', async (name, verb, operation, right) => {
    const { transport, mock } = setUp();
    const wrong = verb as (transport: flat.Transport, operation: unknown) => PromiseLike<unknown>;

    const failure = await Promise.resolve(wrong(transport, operation)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ArgumentError);
    expect((failure as Error).message).toContain(`${name}() does not fit`);
    expect((failure as Error).message).toContain(`; ${right}() does`);
    expect(mock.requests).toEqual([]);
  });

  test('something that is no operation', async () => {
    const { transport } = setUp();

    await expect(call(transport, undefined as never)).rejects.toThrow(/the operation is an export/);
  });

  test('options that do not exist, as for a method', async () => {
    const { transport } = setUp();

    await expect(
      call(transport, flat.chatComplete, { model, messages }, { timeout: 1 } as never),
    ).rejects.toThrow(/timeoutMs/);
  });
});

test('every operation of the client is exported flat, under its name without the dots', () => {
  const named = operations.map((operation) => {
    const name = nameOf(operation).replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [name, operation] as const;
  });

  expect(named).not.toHaveLength(0);
  for (const [name, operation] of named) expect(flat).toHaveProperty(name, operation);
});

test('a bundle holds the operations that it names, and nothing that streams or sends files when none does', async () => {
  const bundled = await build({
    stdin: {
      contents: `import { call, chatComplete, createTransport } from './src/operations/index.ts';
        globalThis.reply = call(createTransport(), chatComplete, {});`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
  });
  const { text } = bundled.outputFiles[0]!;

  expect(text).toContain('/v1/chat/completions');
  expect(text).not.toMatch(/\/v1\/(files|agents|fim|batch)/);
  expect(text).not.toContain('multipart/form-data');
  expect(text).not.toContain('text/event-stream');
});
