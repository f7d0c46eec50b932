import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { Mistral, NotFoundError, StreamInterruptedError, textOf } from '../../../src/index.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import {
  CassetteError,
  createCassette,
  createMockMistral,
  disconnect,
  failWith,
  inTurn,
  type CassetteOptions,
  type MockResponse,
  type MockResponses,
  type Recordings,
} from '../../../src/testing/index.js';
import { openCassette } from '../../../src/testing/node.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const user = (content: string) => ({ model: 'm', messages: [{ role: 'user' as const, content }] });
const file_id = '497f6eca-6276-4993-bfeb-53cbbbba6f09';

/** What these calls leave in a cassette, as it would come back from a file. */
async function record(
  calls: (mistral: Mistral) => Promise<unknown>,
  responses: MockResponses = {},
  options: CassetteOptions = {},
): Promise<Recordings> {
  const { fetch } = createMockMistral(responses);
  const cassette = createCassette(undefined, { mode: 'record', fetch, ...options });
  await calls(client({ fetch: cassette.fetch, apiKey: 'a-key-that-is-secret' }));
  return JSON.parse(JSON.stringify(await cassette.finish())) as Recordings;
}

/** A client that nothing but the recordings responses. */
function replay(recordings: Recordings) {
  const fetch = () => Promise.reject(new Error('The network was asked'));
  const cassette = createCassette(recordings, { fetch });
  return { cassette, mistral: client({ fetch: cassette.fetch }) };
}

describe('what was recorded is replayed', () => {
  test('responses', async () => {
    const call = (mistral: Mistral) => mistral.chat.complete(user('Bonjour')).withResponse();
    const { mistral } = replay(await record(call, { 'chat.complete': 'Salut' }));

    const { data, requestId } = await call(mistral);

    expect([textOf(data), requestId]).toEqual(['Salut', '00000000-0000-4000-8000-000000000001']);
  });

  test('streams, event by event', async () => {
    const call = (mistral: Mistral) => collect(mistral.chat.stream(user('Bonjour')).text());
    const recordings = await record(call, { 'chat.stream': ['Bon', 'jour', ' 🧀'] });

    expect(await call(replay(recordings).mistral)).toEqual(['Bon', 'jour', ' 🧀']);
    const { body } = recordings.recordings[0]!.response;
    expect(body).toMatchObject({ events: expect.arrayContaining(['data: [DONE]']) });
  });

  test('uploads, whatever the boundary of their form; and downloads, of text and of bytes', async () => {
    const bytes = new Uint8Array([0, 255, 1, 254]);
    const calls = async (mistral: Mistral) => {
      await mistral.files.upload({ file: { name: 'a.jsonl', content: '{"a":1}\n' }, purpose: 'batch' });
      await mistral.files.upload({ purpose: 'ocr', file: { name: 'a.bin', content: bytes } });
      const text = await (await mistral.files.download({ file_id })).text();
      return [text, await (await mistral.files.download({ file_id })).bytes()];
    };
    const recordings = await record(calls, {
      'files.download': inTurn<string | typeof bytes>('text', bytes),
    });

    expect(await calls(replay(recordings).mistral)).toEqual(['text', bytes]);
    const forms = recordings.recordings.map(({ request }) => request.body);
    expect(forms[0]).toEqual({
      form: [
        { name: 'file', filename: 'a.jsonl', type: expect.any(String), text: '{"a":1}\n' },
        { name: 'purpose', text: 'batch' },
      ],
    });
    expect(forms[1]).toMatchObject({
      form: expect.arrayContaining([expect.objectContaining({ base64: 'AP8B/g==' })]),
    });
  });

  test('uploads that are sent as streams', async () => {
    const call = (mistral: Mistral) =>
      mistral.files.upload({ file: { name: 'a.txt', content: 'x'.repeat(10) } }, { onProgress: () => {} });

    expect(await call(replay(await record(call)).mistral)).toMatchObject({ filename: 'a.txt', bytes: 10 });
  });

  test('errors', async () => {
    const call = (mistral: Mistral) => failureOf(mistral.files.retrieve({ file_id }));
    const recordings = await record(call, { 'files.retrieve': failWith(404, { body: { message: 'Gone' } }) });

    const error = await call(replay(recordings).mistral);

    expect(error).toBeInstanceOf(NotFoundError);
    expect((error as Error).message).toContain('Gone');
  });

  test('empty responses', async () => {
    const call = (mistral: Mistral) => mistral.beta.agents.delete({ agent_id: 'ag_1' });

    expect(await call(replay(await record(call)).mistral)).toBeUndefined();
  });

  test('streams that broke, and streams whose reader left', async () => {
    const responses: MockResponses = {
      'chat.stream': inTurn<MockResponse<'chat.stream'>>(
        disconnect({ after: { events: 2 } }, ['Bon', 'jour']),
        ['Au', ' revoir'],
      ),
    };
    const read = (mistral: Mistral) => failureOf(mistral.chat.stream(user('Bonjour')).finalMessage());
    const leave = async (mistral: Mistral) => {
      for await (const text of mistral.chat.stream(user('Leave')).text()) return text;
      return undefined;
    };
    const recordings = await record(
      async (mistral) => [await read(mistral), await leave(mistral)],
      responses,
    );
    expect(recordings.recordings.map(({ response }) => response.ends)).toEqual(['disconnected', 'cancelled']);
    const { mistral } = replay(recordings);

    expect(await read(mistral)).toBeInstanceOf(StreamInterruptedError);
    expect(await leave(mistral)).toBe('Au');
    const further = failureOf(replay(recordings).mistral.chat.stream(user('Leave')).finalMessage());
    expect(await further).toMatchObject({
      cause: new CassetteError(
        'The recording of POST /v1/chat/completions ends here: its reader cancelled the stream',
      ),
    });
  });
});

describe('a request finds its recording', () => {
  test('in the order in which the same request was recorded, among others', async () => {
    const calls = async (mistral: Mistral) => {
      const ask = async (content: string) => textOf(await mistral.chat.complete(user(content)));
      return [await ask('a'), await ask('b'), await ask('a')];
    };
    const recordings = await record(calls, { 'chat.complete': inTurn('1', '2', '3') });
    const { mistral } = replay(recordings);

    expect(textOf(await mistral.chat.complete(user('b')))).toBe('2');
    expect(textOf(await mistral.chat.complete(user('a')))).toBe('1');
    expect(textOf(await mistral.chat.complete(user('a')))).toBe('3');
  });

  test('whatever the host, the key, and the order of fields and of the query', async () => {
    const recordings = await record(async (mistral) => {
      await mistral.chat.complete({ ...user('a'), temperature: 0, top_p: 1 });
      await mistral.request({ method: 'GET', path: '/v1/files' }, { query: { page: 0, page_size: 2 } });
    });
    const cassette = createCassette(recordings);
    const mistral = client({
      fetch: cassette.fetch,
      apiKey: 'another-key-altogether',
      baseURL: 'https://other.example',
    });

    await mistral.chat.complete({ top_p: 1, temperature: 0, ...user('a') });
    await mistral.request({ method: 'GET', path: '/v1/files' }, { query: { page_size: 2, page: 0 } });

    expect(() => cassette.assertAllUsed()).not.toThrow();
  });

  test('or fails for good, naming the nearest and what differs', async () => {
    const recordings = await record(async (mistral) => {
      await mistral.models.list();
      await mistral.chat.complete({ ...user('Bonjour'), temperature: 0 });
      await mistral.chat.complete({ ...user('Bonsoir'), max_tokens: 5, top_p: 1 });
    });
    const { cassette, mistral } = replay(recordings);

    const error = await failureOf(
      mistral.chat.complete({ ...user('Salut'), temperature: 0 }, { maxRetries: 2 }),
    );

    expect(error).toBeInstanceOf(CassetteError);
    expect(error).toMatchObject({
      name: 'CassetteError',
      message:
        'No recording matches POST /v1/chat/completions. The nearest is number 2, POST /v1/chat/completions, which differs:\n' +
        '  body.messages[0].content: recorded "Bonjour", got "Salut"\n' +
        "Record again with `mode: 'record'` if this is intended",
      differences: [{ place: 'body.messages[0].content', recorded: 'Bonjour', actual: 'Salut' }],
    });
    expect(() => cassette.assertAllUsed()).toThrow('number 3, POST /v1/chat/completions');
  });

  test('or fails because it was asked for once more, or nothing was recorded', async () => {
    const { mistral } = replay(await record((recorder) => recorder.models.list()));
    await mistral.models.list();

    expect(await failureOf(mistral.models.list())).toMatchObject({
      message: expect.stringContaining('it was recorded once, and requested once more'),
    });
    const empty = client({ fetch: createCassette().fetch });
    expect(await failureOf(empty.models.list())).toMatchObject({
      message: expect.stringContaining('the cassette is empty'),
    });
  });

  test('unless its signal has aborted', async () => {
    const { cassette } = replay(await record((recorder) => recorder.models.list()));
    const reason = new Error('enough');

    const answer = cassette.fetch('https://api.mistral.ai/v1/models', { signal: AbortSignal.abort(reason) });

    expect(await failureOf(answer)).toBe(reason);
  });
});

describe('a cassette holds no secrets:', () => {
  const holding = async (content: string, options: CassetteOptions = {}) => {
    const answer = {
      'chat.complete': ({ params }: { params: unknown }) => `You said ${JSON.stringify(params)}`,
    };
    return JSON.stringify(await record((mistral) => mistral.chat.complete(user(content)), answer, options));
  };

  test.each([
    ['the key of the request', 'my key is a-key-that-is-secret', 'a-key-that-is-secret'],
    ['other keys', 'use sk-abcdefghijklmnopqrstuv', 'abcdefghijklmnop'],
    ['tokens', 'Bearer abcdefgh12345678', 'abcdefgh12345678'],
    ['JSON web tokens', 'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['signatures of URLs', 'https://a.example/x?se=1&sig=abc%2Fdef&x=1', 'abc%2Fdef'],
    ['fields that are named for a secret', '{"api_key": "hush", "password":"hush2"}', 'hush'],
  ])('neither %s', async (_, content, secret) => {
    const text = await holding(content);

    expect(text).toContain('[redacted]');
    expect(text).not.toContain(secret);
  });

  test('nor named ones, nor what a function takes out; and requests still find their recordings', async () => {
    const options = {
      secrets: ['Project Reblochon'],
      scrub: (text: string) => text.replaceAll(/\S+@\S+/g, '[address]'),
    };
    const content = 'Project Reblochon is led by ada@example.org';
    const recordings = await record((mistral) => mistral.chat.complete(user(content)), {}, options);

    expect(recordings.recordings[0]!.request.body).toMatchObject({
      json: { messages: [{ content: '[redacted] is led by [address]' }] },
    });
    const { fetch } = createCassette(recordings, options);
    await client({ fetch }).chat.complete(user(content));
  });

  test('nor in headers, of which only harmless ones are kept', async () => {
    const headers = { 'set-cookie': 'a=b', 'x-internal': 'c', 'x-ratelimit-remaining-req-minute': '5' };
    const recordings = await record((mistral) => mistral.models.list(), {
      'models.list': Response.json({ object: 'list', data: [] }, { headers }),
    });

    expect(recordings.recordings[0]!.response.headers).toEqual({
      'content-type': 'application/json',
      'x-ratelimit-remaining-req-minute': '5',
    });
    expect(JSON.stringify(recordings)).not.toMatch(/authorization|a-key/i);
  });
});

describe('a file', () => {
  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'cassette-'));
    onTestFinished(() => rm(path, { recursive: true }));
    return path;
  }

  test('is recorded, read by people, and replayed', async () => {
    const path = join(await folder(), 'deep', 'models.json');
    const recorder = await openCassette(path, { mode: 'record', fetch: createMockMistral().fetch });
    const models = await client({ fetch: recorder.fetch }).models.list();
    await recorder.save();

    expect(await readFile(path, 'utf8')).toContain('\n      "request": {\n        "method": "GET",\n');
    const cassette = await openCassette(pathToFileURL(path));
    expect(await client({ fetch: cassette.fetch }).models.list()).toEqual(models);
    await cassette.save();
    cassette.assertAllUsed();
  });

  test('is replayed without a key, as the guide has it', async () => {
    const path = join(await folder(), 'models.json');
    const recorder = await openCassette(path, { mode: 'record', fetch: createMockMistral().fetch });
    await client({ fetch: recorder.fetch }).models.list();
    await recorder.save();
    vi.stubEnv('MISTRAL_API_KEY', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const guide = await readFile(new URL('../../../docs/testing.md', import.meta.url), 'utf8');
    const [, recipe = ''] = /new Mistral\(\{ (apiKey: .*), fetch: cassette\.fetch/.exec(guide) ?? [];
    expect(recipe).toBe("apiKey: process.env.MISTRAL_API_KEY ?? 'none'");

    const { fetch } = await openCassette(path);
    const mistral = new Mistral({ apiKey: process.env.MISTRAL_API_KEY ?? 'none', fetch });

    expect(await mistral.models.list()).toHaveProperty('data');
  });

  test('is whole whoever else saves to it, and the second is told', async () => {
    const path = join(await folder(), 'models.json');
    const { fetch } = createMockMistral();
    const open = async (count: number) => {
      const recorder = await openCassette(path, { mode: 'record', fetch });
      for (let call = 0; call < count; call += 1) await client({ fetch: recorder.fetch }).models.list();
      return recorder;
    };
    for (let round = 0; round < 10; round += 1) {
      const recorders = await Promise.all([open(1), open(3), open(2)]);

      const saved = await Promise.allSettled(recorders.map((each) => each.save()));

      const refused = saved.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(refused).toHaveLength(2);
      for (const error of refused) expect(String(error)).toContain('another was saved to');
      await openCassette(path);
      expect(await readdir(dirname(path))).toEqual(['models.json']);
    }
  });

  test('may be saved again by the same cassette, also at once', async () => {
    const path = join(await folder(), 'models.json');
    const recorder = await openCassette(path, { mode: 'record', fetch: createMockMistral().fetch });
    await client({ fetch: recorder.fetch }).models.list();
    await Promise.all([recorder.save(), recorder.save()]);
    await client({ fetch: recorder.fetch }).models.list();
    await recorder.save();

    const { finish } = await openCassette(path);
    expect((await finish()).recordings).toHaveLength(2);
  });

  test('that cannot be written leaves nothing behind, and what was there before', async () => {
    const path = join(await folder(), 'models.json');
    await mkdir(path);
    const recorder = await openCassette(join(path, 'a.json'), { mode: 'record' });
    await mkdir(join(path, 'a.json'));

    expect(await failureOf(recorder.save())).toBeInstanceOf(Error);

    expect(await readdir(path)).toEqual(['a.json']);
  });

  test('that is not there, or is no cassette, is refused', async () => {
    const path = join(await folder(), 'models.json');

    expect(await failureOf(openCassette(path))).toEqual(
      new ArgumentError(`There is no cassette ${path}; record it with \`mode: 'record'\``),
    );
    await writeFile(path, '{');
    expect(await failureOf(openCassette(path))).toBeInstanceOf(ArgumentError);
    await writeFile(path, '{"version":2}');
    expect(await failureOf(openCassette(path))).toBeInstanceOf(ArgumentError);
  });
});

test.each<[string, CassetteOptions]>([
  ['a mode that there is not', { mode: 'auto' as never }],
  ['a secret that is a word', { secrets: ['test'] }],
])('%s is refused', (_, options) => {
  expect(() => createCassette(undefined, options)).toThrow(ArgumentError);
});
