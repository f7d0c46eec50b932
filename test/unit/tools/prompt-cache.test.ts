import { expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { cachedTokensOf } from '../../../src/content/cached-tokens-of.js';
import { runTools, tool, type CompletionToolsOptions } from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { scripted } from '../../helpers/scripted.js';
import { call, calling, json, saying } from '../../helpers/tool-replies.js';

const messages = [
  { role: 'system' as const, content: 'Be short.' },
  { role: 'user' as const, content: 'Hi' },
];
const named = (name: string) =>
  tool({ name, description: name, parameters: { type: 'object' }, execute: () => name });
const tools = [named('one'), named('two')];
const rounds = [calling(call('aaaaaaaaa', 'one')), calling(call('bbbbbbbbb', 'two')), saying('Done.')];

async function run(params: object = {}, options: Partial<CompletionToolsOptions> = {}, replies = rounds) {
  const client = scripted(replies.map(json));
  const result = await runTools(
    client.mistral.chat,
    { model: 'm', temperature: 0, messages, ...params },
    { tools, ...options },
  );
  const texts = client.fetch.mock.calls.map(([, { body }]) => body as string);
  const keys = texts.map((text) => (JSON.parse(text) as Record<string, unknown>).prompt_cache_key);
  return { result, texts, keys };
}

test('each request of a run begins with all of the one before, to the last byte, so that a cache can hold it', async () => {
  const { texts } = await run();

  expect(texts).toHaveLength(3);
  for (const [index, text] of texts.slice(1).entries()) {
    const before = texts[index]!;
    // The messages come last, but for the field that every operation has of its own.
    const end = '],"stream":false}';
    expect(before.endsWith(end)).toBe(true);
    expect(text.startsWith(`${before.slice(0, -end.length)},`)).toBe(true);
  }
});

test('the key is the same in all rounds, and in the run that continues the history', async () => {
  const { keys, result } = await run();
  const next = await run({
    messages: [...result.messages, { role: 'user', content: 'And now?' }],
  });

  expect(new Set([...keys, ...next.keys]).size).toBe(1);
  expect(keys[0]).toMatch(/^run-\w{4,}$/);
});

test.each<[string, object, Partial<CompletionToolsOptions>]>([
  ['another model', { model: 'n' }, {}],
  ['other messages', { messages: [{ role: 'user', content: 'Hello' }] }, {}],
  ['other tools', {}, { tools: tools.toReversed() }],
])('the key of a run with %s is another one', async (_, params, options) => {
  const [ours, others] = [await run(), await run(params, options)];

  expect(others.keys[0]).not.toBe(ours.keys[0]);
});

test('a key of the caller is sent as it is, as an option or as the parameter', async () => {
  expect((await run({}, { promptCacheKey: 'session-1' })).keys).toEqual(Array(3).fill('session-1'));
  expect((await run({ prompt_cache_key: 'session-1' })).keys).toEqual(Array(3).fill('session-1'));
});

test('none is sent with `false`', async () => {
  const { texts } = await run({}, { promptCacheKey: false });

  for (const text of texts) expect(text).not.toContain('prompt_cache_key');
});

test.each<[object, Partial<CompletionToolsOptions>, string]>([
  [{ prompt_cache_key: 'a' }, { promptCacheKey: 'b' }, 'pass one'],
  [{}, { promptCacheKey: '' }, 'must be a non-empty string, or false'],
  [{}, { promptCacheKey: 1 as never }, 'must be a non-empty string, or false'],
])('%j with %j is refused before any request', async (params, options, problem) => {
  const failure = await failureOf(run(params, options));

  expect(failure).toBeInstanceOf(ArgumentError);
  expect(String(failure)).toContain(problem);
});

test('a run over a conversation takes none, since its operations have no such parameter', async () => {
  const client = scripted([]);
  const failure = await failureOf(
    runTools(client.mistral.beta.conversations, { inputs: 'Hi', model: 'm' }, {
      tools: [],
      promptCacheKey: 'a',
    } as never),
  );

  expect(String(failure)).toContain('`promptCacheKey`');
});

test('the usage of a run has the cached tokens of all its requests', async () => {
  const details = { prompt_tokens_details: { cached_tokens: 4 } };
  const { result } = await run(
    {},
    {},
    rounds.map((reply) => ({ ...reply, usage: { ...reply.usage, ...details } })),
  );

  expect(cachedTokensOf(result.usage)).toBe(12);
});
