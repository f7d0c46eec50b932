import { describe, expect, test } from 'vitest';

import { createMistral, type LanguageModelCall, type StreamPart } from '../../../src/ai-sdk/index.js';
import { asking, partsIn } from '../../helpers/ai-sdk.js';
import { scripted } from '../../helpers/scripted.js';
import { events, json } from '../../helpers/tool-replies.js';

type Delta = Readonly<Record<string, unknown>>;

const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 64 },
};

const chunk = (delta: Delta, finish_reason: string | null = null, more: object = {}) => ({
  id: 'cmpl-1',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'mistral-small-2506',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});

/** The parts of a reply that arrives in these deltas, without the frame around them. */
async function streamed(deltas: readonly Delta[], reason = 'stop', options: Partial<LanguageModelCall> = {}) {
  const chunks = [...deltas.map((delta) => chunk(delta)), chunk({}, reason, { usage })];
  const { mistral } = scripted([events(chunks)]);
  const model = createMistral(mistral)('mistral-small-latest');
  const { stream } = await model.doStream({ ...asking(), ...options });
  const parts = await partsIn(stream);
  const finish = parts.at(-1) as Extract<StreamPart, { type: 'finish' }>;
  return { all: parts, parts: parts.slice(2, -1), finish };
}

/** The content of a reply that arrives at once. */
async function generated(message: Delta, finish_reason = 'stop', options: Partial<LanguageModelCall> = {}) {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }];
  const { mistral } = scripted([
    json({
      id: 'cmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'mistral-small-2506',
      usage,
      choices,
    }),
  ]);
  return createMistral(mistral)('mistral-small-latest').doGenerate({ ...asking(), ...options });
}

const thinking = (text: string, fields: object = {}) => ({
  type: 'thinking',
  thinking: [{ type: 'text', text }],
  ...fields,
});

const toolDelta = (fields: object, index?: number) => ({
  tool_calls: [{ ...(index === undefined ? {} : { index }), ...fields }],
});

describe('a streamed reply', () => {
  test('begins with its warnings and what is known of the response, and ends with reason and usage', async () => {
    const { all } = await streamed(
      [{ role: 'assistant', content: '' }, { content: 'Bon' }, { content: 'jour' }],
      'stop',
      {
        topK: 1,
      },
    );

    expect(all).toEqual([
      { type: 'stream-start', warnings: [expect.objectContaining({ feature: 'topK' })] },
      {
        type: 'response-metadata',
        id: 'cmpl-1',
        timestamp: new Date(1_700_000_000_000),
        modelId: 'mistral-small-2506',
      },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Bon' },
      { type: 'text-delta', id: '0', delta: 'jour' },
      { type: 'text-end', id: '0' },
      {
        type: 'finish',
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: {
          inputTokens: { total: 100, noCache: 36, cacheRead: 64, cacheWrite: undefined },
          outputTokens: { total: 20, text: undefined, reasoning: undefined },
          raw: usage,
        },
      },
    ]);
  });

  test('has thinking as parts of their own, which empty texts do not split, with what a replay needs', async () => {
    const { parts } = await streamed([
      { content: [thinking('Hm')] },
      { content: '' },
      { content: [{ type: 'text', text: '' }] },
      { content: [thinking('.', { signature: 'abc', closed: true })] },
      { content: [{ type: 'text', text: 'Yes' }] },
      { content: [thinking('', { closed: true })] },
      { content: ', indeed' },
    ]);

    expect(parts).toEqual([
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-delta', id: '0', delta: 'Hm' },
      { type: 'reasoning-delta', id: '0', delta: '.' },
      { type: 'reasoning-end', id: '0', providerMetadata: { mistral: { signature: 'abc', closed: true } } },
      { type: 'text-start', id: '1' },
      { type: 'text-delta', id: '1', delta: 'Yes' },
      { type: 'text-delta', id: '1', delta: ', indeed' },
      { type: 'text-end', id: '1' },
    ]);
  });

  test('has citations as sources, and its text goes on around them', async () => {
    const prompt: LanguageModelCall['prompt'] = [
      ...asking().prompt,
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: 'abcdefghi', toolName: 'search', input: {} }],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'abcdefghi',
            toolName: 'search',
            output: {
              type: 'json',
              value: {
                0: { url: 'https://example.com/final', title: 'The final' },
                1: { title: 'A letter' },
              },
            },
          },
        ],
      },
    ];
    const { parts } = await streamed(
      [
        {
          content: [
            { type: 'text', text: 'France won' },
            { type: 'reference', reference_ids: [0, 1, 'x'] },
          ],
        },
        { content: [{ type: 'text', text: '.' }] },
        {
          content: [
            { type: 'tool_reference', tool: 'web_search', title: 'A page', url: 'https://example.com/' },
          ],
        },
      ],
      'stop',
      { prompt },
    );

    const mistral = { position: 10 };
    expect(parts).toEqual([
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'France won' },
      {
        type: 'source',
        sourceType: 'url',
        id: '0',
        url: 'https://example.com/final',
        title: 'The final',
        providerMetadata: { mistral: { ...mistral, referenceId: 0 } },
      },
      {
        type: 'source',
        sourceType: 'document',
        id: '1',
        mediaType: 'text/plain',
        title: 'A letter',
        providerMetadata: { mistral: { ...mistral, referenceId: 1 } },
      },
      {
        type: 'source',
        sourceType: 'document',
        id: 'x',
        mediaType: 'text/plain',
        title: 'Reference x',
        providerMetadata: { mistral: { ...mistral, referenceId: 'x' } },
      },
      { type: 'text-delta', id: '0', delta: '.' },
      {
        type: 'source',
        sourceType: 'url',
        id: 'https://example.com/',
        url: 'https://example.com/',
        title: 'A page',
        providerMetadata: {
          mistral: { position: 11, tool: 'web_search', title: 'A page', url: 'https://example.com/' },
        },
      },
      { type: 'text-end', id: '0' },
    ]);
  });

  test('has citations in thinking as sources, too, and keeps them for the replay', async () => {
    const thoughts = [
      { type: 'text', text: 'It says' },
      { type: 'reference', reference_ids: [3] },
    ];
    const { parts } = await streamed([{ content: [{ type: 'thinking', thinking: thoughts }] }]);

    expect(parts).toMatchObject([
      { type: 'reasoning-start' },
      { type: 'reasoning-delta', delta: 'It says' },
      { type: 'source', id: '3' },
      { type: 'reasoning-end', providerMetadata: { mistral: { thinking: thoughts } } },
    ]);
  });

  test('passes chunks on as they came if they are asked for', async () => {
    const { all } = await streamed([{ content: 'A' }], 'stop', { includeRawChunks: true });

    expect(all.filter(({ type }) => type === 'raw')).toEqual([
      { type: 'raw', rawValue: chunk({ content: 'A' }) },
      { type: 'raw', rawValue: chunk({}, 'stop', { usage }) },
    ]);
  });
});

describe('tool calls', () => {
  const started = [
    { type: 'tool-input-start', id: 'abcdefghi', toolName: 'weather' },
    { type: 'tool-input-delta', id: 'abcdefghi', delta: '{"city":' },
    { type: 'tool-input-delta', id: 'abcdefghi', delta: '"Lyon"}' },
    { type: 'tool-input-end', id: 'abcdefghi' },
  ];
  const called = {
    type: 'tool-call',
    toolCallId: 'abcdefghi',
    toolName: 'weather',
    input: '{"city":"Lyon"}',
  };
  const [first, second] = ['{"city":', '"Lyon"}'];

  test.each<[string, Delta[]]>([
    [
      'with an index in each delta',
      [
        toolDelta({ id: 'abcdefghi', function: { name: 'weather', arguments: first } }, 0),
        toolDelta({ function: { name: '', arguments: second } }, 0),
      ],
    ],
    [
      'without id or index in what follows',
      [
        toolDelta({ id: 'abcdefghi', function: { name: 'weather', arguments: first } }),
        toolDelta({ id: 'null', function: { arguments: second } }),
      ],
    ],
    [
      'that begin with an empty object',
      [
        toolDelta({ id: 'abcdefghi', function: { name: 'weather', arguments: '{}' } }, 0),
        toolDelta({ function: { arguments: first } }, 0),
        toolDelta({ function: { arguments: second } }, 0),
      ],
    ],
    [
      'whose name comes later',
      [
        toolDelta({ id: 'abcdefghi', function: { name: '', arguments: '' } }, 0),
        toolDelta({ function: { name: 'weather', arguments: first } }, 0),
        toolDelta({ function: { arguments: second } }, 0),
      ],
    ],
  ])('%s are put together, and their input arrives as it is written', async (_, deltas) => {
    const { parts, finish } = await streamed(deltas, 'tool_calls');

    expect(parts).toEqual([...started, called]);
    expect(finish.finishReason).toEqual({ unified: 'tool-calls', raw: 'tool_calls' });
  });

  test('in parallel are told apart, and run when the reply is complete', async () => {
    const { parts } = await streamed(
      [
        { content: 'Let me look.' },
        {
          tool_calls: [
            { id: 'aaaaaaaaa', index: 0, function: { name: 'one', arguments: '{}' } },
            { id: 'bbbbbbbbb', index: 0, function: { name: 'two', arguments: '{"a":1}' } },
          ],
        },
      ],
      'tool_calls',
    );

    expect(parts).toEqual([
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Let me look.' },
      { type: 'text-end', id: '0' },
      { type: 'tool-input-start', id: 'aaaaaaaaa', toolName: 'one' },
      { type: 'tool-input-start', id: 'bbbbbbbbb', toolName: 'two' },
      { type: 'tool-input-delta', id: 'bbbbbbbbb', delta: '{"a":1}' },
      { type: 'tool-input-delta', id: 'aaaaaaaaa', delta: '{}' },
      { type: 'tool-input-end', id: 'aaaaaaaaa' },
      { type: 'tool-call', toolCallId: 'aaaaaaaaa', toolName: 'one', input: '{}' },
      { type: 'tool-input-end', id: 'bbbbbbbbb' },
      { type: 'tool-call', toolCallId: 'bbbbbbbbb', toolName: 'two', input: '{"a":1}' },
    ]);
  });

  test('without a valid id get one of nine letters or digits, each another', async () => {
    const calls = [
      { function: { name: 'one', arguments: '{}' } },
      { id: 'call_7', function: { name: 'two', arguments: '{}' } },
    ];
    const { parts } = await streamed([{ tool_calls: calls }], 'tool_calls');
    const { content } = await generated({ content: '', tool_calls: calls }, 'tool_calls');

    const ids = parts.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []));
    expect(ids).toEqual([
      expect.stringMatching(/^[a-zA-Z0-9]{9}$/),
      expect.stringMatching(/^[a-zA-Z0-9]{9}$/),
    ]);
    expect(new Set(ids).size).toBe(2);
    expect(content.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []))).toEqual(ids);
  });

  test('of the same id are told apart by another one', async () => {
    const call = (name: string) => ({ id: 'abcdefghi', function: { name, arguments: '{}' } });
    const { content } = await generated(
      { content: '', tool_calls: [call('one'), call('two')] },
      'tool_calls',
    );

    expect(content).toMatchObject([
      { toolCallId: 'abcdefghi', toolName: 'one' },
      { toolCallId: expect.not.stringMatching('abcdefghi'), toolName: 'two' },
    ]);
  });

  test('without a name fail as calls of an unknown tool, instead of vanishing', async () => {
    const { parts } = await streamed(
      [toolDelta({ id: 'abcdefghi', function: { arguments: '{"a":1}' } })],
      'tool_calls',
    );

    expect(parts).toEqual([
      { type: 'tool-input-start', id: 'abcdefghi', toolName: 'unnamed' },
      { type: 'tool-input-delta', id: 'abcdefghi', delta: '{"a":1}' },
      { type: 'tool-input-end', id: 'abcdefghi' },
      { type: 'tool-call', toolCallId: 'abcdefghi', toolName: 'unnamed', input: '{"a":1}' },
    ]);
  });

  test('have the name that the model wrote, from their beginning to their end', async () => {
    const { parts } = await streamed(
      [toolDelta({ id: 'abcdefghi', function: { name: 'maps.look', arguments: '{}' } })],
      'tool_calls',
    );

    expect(parts).toMatchObject([
      { type: 'tool-input-start', toolName: 'maps.look' },
      { type: 'tool-input-delta' },
      { type: 'tool-input-end' },
      { type: 'tool-call', toolName: 'maps.look' },
    ]);
  });

  test.each([
    ['length', 'length'],
    ['error', 'error'],
  ])('of a reply that ended by `%s` do not run', async (reason, unified) => {
    const call = { id: 'abcdefghi', function: { name: 'weather', arguments: '{"city":"Ly' } };
    const { parts, finish } = await streamed([toolDelta(call)], reason);
    const whole = await generated({ content: 'So', tool_calls: [call] }, reason);

    expect(parts.map(({ type }) => type)).toEqual(['tool-input-start', 'tool-input-delta', 'tool-input-end']);
    expect(finish.finishReason).toEqual({ unified, raw: reason });
    expect(whole.content).toEqual([{ type: 'text', text: 'So' }]);
    expect(whole.finishReason).toEqual({ unified, raw: reason });
  });
});

describe('a reply that arrives at once', () => {
  test('has the content of a streamed one, and what is known of the response', async () => {
    const result = await generated({
      content: [
        thinking('Hm.', { signature: 'abc' }),
        { type: 'text', text: 'France ' },
        { type: 'reference', reference_ids: [1] },
        { type: 'text', text: 'won.' },
      ],
    });

    expect(result.content).toEqual([
      { type: 'reasoning', text: 'Hm.', providerMetadata: { mistral: { signature: 'abc' } } },
      { type: 'text', text: 'France won.' },
      expect.objectContaining({ type: 'source', id: '1' }),
    ]);
    expect(result).toMatchObject({
      finishReason: { unified: 'stop', raw: 'stop' },
      usage: { inputTokens: { total: 100, noCache: 36, cacheRead: 64 } },
      warnings: [],
      request: { body: { model: 'mistral-small-latest' } },
      response: {
        id: 'cmpl-1',
        modelId: 'mistral-small-2506',
        timestamp: new Date(1_700_000_000_000),
        headers: { 'content-type': 'application/json' },
        body: { object: 'chat.completion' },
      },
    });
  });

  test.each([
    ['stop', false, 'stop'],
    ['stop', true, 'tool-calls'],
    ['tool_calls', true, 'tool-calls'],
    ['model_length', false, 'length'],
    ['content_filter', false, 'content-filter'],
    ['error', false, 'error'],
    ['something', false, 'other'],
    [null, false, 'other'],
  ])('that ends by `%s`, with tool calls: %s, has finished for `%s`', async (reason, hasCalls, unified) => {
    const calls = hasCalls
      ? { tool_calls: [{ id: 'abcdefghi', function: { name: 'a', arguments: '{}' } }] }
      : {};
    const { finishReason } = await generated({ content: 'A', ...calls }, reason!);

    expect(finishReason).toEqual({ unified, raw: reason ?? undefined });
  });

  test('may lack what servers leave out', async () => {
    const { mistral } = scripted([json({ choices: [{ message: { content: null } }] })]);
    const result = await createMistral(mistral)('m').doGenerate(asking());

    expect(result.content).toEqual([]);
    expect(result.usage).toEqual({
      inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    });
    expect(result.response).not.toHaveProperty('id');
  });
});
