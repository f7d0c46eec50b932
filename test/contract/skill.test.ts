import { existsSync, readFileSync } from 'node:fs';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { runBatch } from '../../src/batch/index.js';
import { embedAll, mapConcurrent } from '../../src/concurrency/index.js';
import { markdown, ocrFile } from '../../src/documents/index.js';
import {
  APIError,
  ArgumentError,
  AuthenticationError,
  Mistral,
  NotFoundError,
  RateLimitError,
  StreamInterruptedError,
  textOf,
  type Fetch,
} from '../../src/index.js';
import { structured } from '../../src/structured/index.js';
import {
  createMockMistral,
  disconnect,
  failWith,
  inTurn,
  toolCall,
  type MockResponses,
} from '../../src/testing/index.js';
import { lintMessages, repairMessages, runTools, tool } from '../../src/tools/index.js';
import { fileFromPath } from '../../src/uploads/node.js';
import { describedOperations } from '../helpers/description.js';
import { failureOf } from '../helpers/failure-of.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const file = 'skills/mistral-sdk/SKILL.md';
const text = readFileSync(file, 'utf8');
const messages = [{ role: 'user' as const, content: 'Bonjour' }];
const params = { model: 'mistral-small-latest', messages };

function mocked(responses: MockResponses = {}, options: object = {}) {
  const mock = createMockMistral(responses);
  return { mock, mistral: new Mistral({ apiKey: 'test', fetch: mock.fetch, logLevel: 'off', ...options }) };
}

/** What shows that a line is true, by how it begins. */
const proofs: Readonly<Record<string, () => unknown>> = {
  'Every method.': () => {
    const reference = readFileSync('generated/api.md', 'utf8');
    expect(
      describedOperations.map(({ id }) => id).filter((id) => !reference.includes(`mistral.${id}(`)),
    ).toEqual([]);
  },
  'Every guide.': () => {
    const guides = [...readFileSync('llms.txt', 'utf8').matchAll(/\((docs\/[\w-]+\.md)/g)].map(
      ([, path]) => path!,
    );
    expect(guides.length).toBeGreaterThan(20);
    expect(guides.filter((path) => !existsSync(path))).toEqual([]);
  },
  'The names.': () => {
    const { mistral } = mocked();
    expect(
      [mistral.chat.complete, mistral.files.upload, mistral.batch.jobs.create].map((each) => typeof each),
    ).toEqual(['function', 'function', 'function']);
    expect(mistral.chat).not.toHaveProperty('completions');
  },
  'The key.': async () => {
    const { mock } = mocked();
    vi.stubEnv('MISTRAL_API_KEY', 'from-the-environment');
    await new Mistral({ fetch: mock.fetch }).models.list();
    expect(mock.requests[0]!.headers.get('authorization')).toBe('Bearer from-the-environment');
    vi.stubEnv('MISTRAL_API_KEY', '');
    expect(await failureOf(new Mistral({ fetch: mock.fetch }).models.list())).toBeInstanceOf(ArgumentError);
  },
  'Parameters are spelled as on the wire.': async () => {
    const { mistral } = mocked();
    const failure = await failureOf(() => mistral.chat.complete({ ...params, maxTokens: 1 } as never));
    expect(failure).toBeInstanceOf(ArgumentError);
    expect(String(failure)).toContain('`max_tokens`');
    const reply = await mistral.chat.complete({
      ...params,
      max_tokens: 5,
      tool_choice: 'auto',
      response_format: { type: 'text' },
    });
    expect(typeof reply.usage.prompt_tokens).toBe('number');
  },
  'Options are the second argument.': async () => {
    const { mistral, mock } = mocked();
    const options = { timeoutMs: 1000, maxRetries: 0, signal: AbortSignal.abort(), headers: { 'x-a': 'b' } };
    expect(await failureOf(mistral.chat.complete(params, options))).toHaveProperty('name', 'AbortError');
    await mistral.chat.complete(params, { headers: options.headers });
    expect(mock.requests.at(-1)!.headers.get('x-a')).toBe('b');
  },
  'No retries of your own.': async () => {
    for (const response of [failWith(429), failWith(503), disconnect()]) {
      const { mistral, mock } = mocked(
        { 'models.list': response },
        { retry: { initialDelayMs: 1, maxDelayMs: 1 } },
      );
      await failureOf(mistral.models.list());
      await failureOf(mistral.models.list({}, { maxRetries: 0 }));
      expect(mock.calls).toHaveLength(4);
    }
  },
  'The text of a reply.': () => {
    const content = [
      { type: 'thinking' as const, thinking: [{ type: 'text' as const, text: 'Hm' }] },
      { type: 'text' as const, text: 'Salut' },
      { type: 'reference' as const, reference_ids: [1] },
    ];
    expect(textOf({ content })).toBe('Salut');
    expect(textOf({ content: 'Salut' })).toBe('Salut');
  },
  'A stream is iterated, and ends in an error if it is cut off.': async () => {
    const { mistral } = mocked({ 'chat.stream': ['Bon', 'jour'] });
    const texts: string[] = [];
    for await (const each of mistral.chat.stream(params).text()) texts.push(each);
    expect(texts.join('')).toBe('Bonjour');
    const cut = mocked({ 'chat.stream': disconnect({ after: { parts: 1 } }) }).mistral;
    expect(await failureOf(cut.chat.stream(params).finalMessage())).toBeInstanceOf(StreamInterruptedError);
  },
  'The whole of a stream.': async () => {
    const { mistral } = mocked({ 'chat.stream': ['Bon', 'jour'] });
    const stream = mistral.chat.stream(params);
    expect(textOf(await stream.finalMessage())).toBe('Bonjour');
    expect(await mistral.chat.stream(params).finalCompletion()).toHaveProperty('usage.prompt_tokens');
  },
  'Lists are iterated by item.': async () => {
    const { mistral, mock } = mocked();
    const ids: unknown[] = [];
    for await (const job of mistral.batch.jobs.list({ page_size: 1 })) ids.push(job.id);
    expect(mock.calls.length).toBeGreaterThan(1);
    expect((await mistral.batch.jobs.list({ page_size: 1 }).collect()).map(({ id }) => id)).toEqual(ids);
  },
  'Errors by class.': async () => {
    const classes = { 404: NotFoundError, 429: RateLimitError, 401: AuthenticationError };
    for (const [status, Class] of Object.entries(classes)) {
      const { mistral } = mocked({ 'models.list': failWith(Number(status)) }, { maxRetries: 0 });
      const failure = await failureOf(mistral.models.list());
      expect(failure).toBeInstanceOf(Class);
      expect(APIError.isInstance(failure) && [failure.status, 'requestId' in failure]).toEqual([
        Number(status),
        true,
      ]);
    }
  },
  'Tools run in a loop that exists.': async () => {
    const { mistral } = mocked({ 'chat.complete': inTurn([toolCall('ask')], 'Done') });
    const ask = tool({
      name: 'ask',
      description: 'Asks',
      parameters: { type: 'object' },
      execute: () => 'Yes',
    });
    const { message } = await runTools(mistral.chat, params, { tools: [ask] });
    expect(textOf(message)).toBe('Done');
  },
  'Structured output by a schema.': async () => {
    const { z } = await import('zod');
    const { mistral } = mocked();
    const { parsed } = await structured(mistral.chat).parse({
      ...params,
      response_format: z.object({ name: z.string() }),
    });
    expect(typeof parsed.name).toBe('string');
  },
  'A history from elsewhere is repaired first.': () => {
    const foreign = [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'call_long_0123456789', type: 'function', function: { name: 'a', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_long_0123456789', content: 'x' },
    ];
    expect(lintMessages(foreign as never).length).toBeGreaterThan(0);
    expect(lintMessages(repairMessages(foreign as never, { for: 'chat' }).messages)).toEqual([]);
  },
  'Files.': async () => {
    const { mistral, mock } = mocked();
    for (const each of [
      new File(['{}'], 'a.jsonl'),
      { name: 'b.jsonl', content: '{}' },
      await fileFromPath('package.json'),
    ])
      await mistral.files.upload({ file: each, purpose: 'batch' });
    expect(mock.calls).toHaveLength(3);
  },
  'Documents.': async () => {
    const response = await ocrFile(mocked().mistral, new File(['a'], 'a.pdf'), {
      model: 'mistral-ocr-latest',
    });
    expect(typeof markdown(response)).toBe('string');
  },
  'Many calls.': async () => {
    const { mistral } = mocked();
    expect(await mapConcurrent([1, 2], async (each) => each * 2, { concurrency: 2 })).toBeDefined();
    expect(await embedAll(mistral.embeddings, { model: 'mistral-embed', inputs: ['a', 'b'] })).toBeDefined();
    expect(typeof runBatch).toBe('function');
  },
  'What has no method yet.': async () => {
    const fetch = vi.fn<Fetch>(async () => Response.json({ a: 2 }));
    const { mistral } = mocked({}, { fetch });
    expect(await mistral.request({ method: 'POST', path: '/v1/new', body: { a: 1 } })).toEqual({ a: 2 });
    expect(fetch.mock.calls[0]).toMatchObject([
      'https://api.mistral.ai/v1/new',
      { method: 'POST', body: '{"a":1}' },
    ]);
  },
  'The raw response.': async () => {
    const { data, response, requestId } = await mocked().mistral.models.list().withResponse();
    expect([Array.isArray(data.data), response.status, typeof requestId]).toEqual([true, 200, 'string']);
  },
  'Tests need no network.': async () => {
    const { mistral } = mocked({ 'chat.complete': 'Salut' });
    expect(textOf(await mistral.chat.complete(params))).toBe('Salut');
  },
  'Not in a page.': async () => {
    vi.stubGlobal('window', { document: {} });
    vi.stubGlobal('navigator', {});
    expect(await failureOf(async () => mocked().mistral.models.list())).toBeInstanceOf(ArgumentError);
  },
};

const prose = text.replace(/^---\n[^]*?\n---\n/, '').replaceAll(/^```ts\n[^]*?^```$/gm, '');
const lines = prose.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));

test('every line of the skill is a rule with a proof, and no proof is of another', () => {
  const begun = lines.map((line) => /^- \*\*(.+?)\*\* /.exec(line)?.[1] ?? `no rule: ${line}`);

  expect(begun).toEqual(Object.keys(proofs));
});

describe('is true:', () => {
  test.each(Object.entries(proofs))('%s', async (_, prove) => {
    await prove();
  });
});

test('names no path and no import of the package that there is not', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const subpaths = [...text.matchAll(/`?mistral-sdk\/([a-z/-]+)`/g)].map(([, name]) => `./${name!}`);

  expect(subpaths.filter((name) => !(name in exports))).toEqual([]);
  expect(subpaths.length).toBeGreaterThan(5);
});

test('has the head by which agents choose it', () => {
  const [, head] = /^---\n([^]*?)\n---\n/.exec(text)!;

  expect(head).toMatch(/^name: mistral-sdk\ndescription: .{100,1024}$/);
});
