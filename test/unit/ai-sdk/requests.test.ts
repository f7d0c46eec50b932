import { describe, expect, test } from 'vitest';

import type { AssistantMessage } from '../../../generated/types.gen.js';
import type { LanguageModelCall, PromptMessage } from '../../../src/ai-sdk/index.js';
import type { ToolOutput, ToolResultPart } from '../../../src/ai-sdk/language-model-v3.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { asking, mockedProvider } from '../../helpers/ai-sdk.js';
import { failureOf } from '../../helpers/failure-of.js';

/** What is sent for a call, and the warnings. */
async function sent(options: Partial<LanguageModelCall>) {
  const { mock, provider } = mockedProvider();
  const { warnings } = await provider('mistral-small-latest').doGenerate({ ...asking(), ...options });
  const { stream: _stream, ...params } = {
    stream: false,
    ...mock.callsTo('chat.complete')[0]!.params,
  };
  return { params, messages: params.messages, warnings };
}

const user = (text = 'Hi'): PromptMessage => ({ role: 'user', content: [{ type: 'text', text }] });

describe('settings', () => {
  test('have the names of the API, and a field that is not set is not sent', async () => {
    const { params, warnings } = await sent({
      maxOutputTokens: 100,
      temperature: 0,
      topP: 0.5,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      stopSequences: ['END'],
      seed: 7,
      providerOptions: { mistral: { promptCacheKey: false } },
    });

    expect(params).toEqual({
      model: 'mistral-small-latest',
      max_tokens: 100,
      temperature: 0,
      top_p: 0.5,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      stop: ['END'],
      random_seed: 7,
      messages: [{ role: 'user', content: 'Bonjour' }],
    });
    expect(warnings).toEqual([]);
  });

  test('the API does not have give a warning', async () => {
    const { params, warnings } = await sent({
      topK: 3,
      tools: [
        { type: 'provider', id: 'openai.web_search', name: 'web_search', args: {} },
        {
          type: 'function',
          name: 'look',
          inputSchema: { type: 'object', properties: {} },
          inputExamples: [{ input: {} }],
        },
      ],
    });

    expect(warnings).toEqual([
      expect.objectContaining({ type: 'unsupported', feature: 'topK' }),
      expect.objectContaining({ type: 'unsupported', feature: 'provider-defined tool openai.web_search' }),
      expect.objectContaining({ type: 'unsupported', feature: 'toolInputExamples' }),
    ]);
    expect(params).not.toHaveProperty('top_k');
    expect(params.tools).toHaveLength(1);
  });

  test.each([
    ['none', 'none', 0],
    ['high', 'high', 0],
    ['low', 'high', 1],
    ['xhigh', 'high', 1],
    ['provider-default', undefined, 0],
    [undefined, undefined, 0],
  ])('`reasoning: %j` is the effort %j', async (reasoning, effort, count) => {
    const { params, warnings } = await sent({ reasoning });

    expect(params.reasoning_effort).toBe(effort);
    expect(warnings).toHaveLength(count);
  });

  test('`providerOptions.mistral.reasoningEffort` takes precedence over `reasoning`, and is sent as it is', async () => {
    const { params, warnings } = await sent({
      reasoning: 'none',
      providerOptions: { mistral: { reasoningEffort: 'low' } },
    });

    expect(params.reasoning_effort).toBe('low');
    expect(warnings).toEqual([]);
  });
});

describe('provider options', () => {
  test.each([
    { safePrompt: true, parallelToolCalls: false, promptCacheKey: 'chat-1', serviceTier: 'standard_only' },
    {
      safe_prompt: true,
      parallel_tool_calls: false,
      prompt_cache_key: 'chat-1',
      service_tier: 'standard_only',
    },
  ])('%j are fields of the request', async (mistral) => {
    const { params } = await sent({ providerOptions: { mistral } });

    expect(params).toMatchObject({
      safe_prompt: true,
      parallel_tool_calls: false,
      prompt_cache_key: 'chat-1',
      service_tier: 'standard_only',
    });
  });

  test.each([
    [{ safePromt: true }, /no option `safePromt`. Did you mean `safePrompt`\?/],
    [{ safe_promt: true }, /no option `safePromt`. Did you mean `safePrompt`\?/],
    [{ thinkingBudget: 3 }, /go into `body`/],
    [{ outputDimension: 3 }, /of a chat model has no option `outputDimension`/],
    ['high', /must be an object/],
  ])('%j is refused before any request, with an error that the AI SDK knows', async (mistral, message) => {
    const failure = await failureOf(sent({ providerOptions: { mistral: mistral as never } }));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect(String(failure)).toMatch(message);
    expect(failure).toMatchObject({ [Symbol.for('vercel.ai.error.AI_InvalidArgumentError')]: true });
  });

  test('limits of documents, which no description of the API has, are sent', async () => {
    const lenient = createMockMistral({}, { strict: false });
    const { provider } = mockedProvider({}, { fetch: lenient.fetch });

    await provider('mistral-small-latest').doGenerate({
      ...asking(),
      providerOptions: { mistral: { documentImageLimit: 3, document_page_limit: 9 } },
    });

    expect(lenient.requests[0]!.body).toMatchObject({ document_image_limit: 3, document_page_limit: 9 });
  });

  test('`body` is merged over the request, and those of other providers are ignored', async () => {
    const { params } = await sent({
      temperature: 1,
      providerOptions: { mistral: { body: { temperature: 0.5 } }, openai: { logprobs: true } },
    });

    expect(params.temperature).toBe(0.5);
    expect(params).not.toHaveProperty('logprobs');
  });
});

describe('the key of the cache of prompts', () => {
  const keyOf = async (options: Partial<LanguageModelCall>) => (await sent(options)).params.prompt_cache_key;

  test('is the same for all requests of a chat, and another one for another chat', async () => {
    const first = await keyOf({ prompt: [user('One')] });
    const later = await keyOf({
      prompt: [user('One'), { role: 'assistant', content: [{ type: 'text', text: 'Two' }] }, user('Three')],
    });

    expect(first).toMatch(/^run-\w+$/);
    expect(later).toBe(first);
    expect(await keyOf({ prompt: [user('Another')] })).not.toBe(first);
  });

  test('is not sent with `false`', async () => {
    expect(await keyOf({ providerOptions: { mistral: { promptCacheKey: false } } })).toBeUndefined();
  });
});

describe('messages', () => {
  test('have text by itself as a string, and files as chunks', async () => {
    const { messages } = await sent({
      prompt: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'file', mediaType: 'image/png', data: new Uint8Array([1, 2, 3]) },
            { type: 'file', mediaType: 'image/*', data: 'AQID' },
            { type: 'file', mediaType: 'image', data: 'AQID' },
            {
              type: 'file',
              mediaType: 'image/jpeg',
              data: new URL('https://example.com/a.jpg'),
              providerOptions: { mistral: { imageDetail: 'low' } },
            },
            { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf', data: 'AQID' },
            { type: 'file', mediaType: 'application/pdf', data: new URL('https://example.com/a.pdf') },
            { type: 'file', mediaType: 'audio/mpeg', data: new Uint8Array([1, 2, 3]) },
            { type: 'file', mediaType: 'text/markdown', data: new TextEncoder().encode('# Été') },
            { type: 'file', mediaType: 'text/plain', data: btoa('plain') },
          ],
        },
      ],
    });

    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: 'data:image/png;base64,AQID' },
          { type: 'image_url', image_url: 'data:image/jpeg;base64,AQID' },
          { type: 'image_url', image_url: 'data:image/jpeg;base64,AQID' },
          { type: 'image_url', image_url: { url: 'https://example.com/a.jpg', detail: 'low' } },
          { type: 'document_url', document_url: 'data:application/pdf;base64,AQID', document_name: 'a.pdf' },
          { type: 'document_url', document_url: 'https://example.com/a.pdf' },
          { type: 'input_audio', input_audio: 'AQID' },
          { type: 'text', text: '# Été' },
          { type: 'text', text: 'plain' },
        ],
      },
    ]);
  });

  test('may hold what the AI SDK 7 has more of: text, and files that are stored with us', async () => {
    const { messages } = await sent({
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'file', mediaType: 'text/plain', data: { type: 'text', text: 'inline' } as never },
            {
              type: 'file',
              mediaType: 'application/pdf',
              data: {
                type: 'reference',
                reference: { mistral: 'e85980c9-409e-4a46-9304-36588f6292b0' },
              } as never,
            },
          ],
        },
      ],
    });

    expect(messages[0]).toMatchObject({
      content: [
        { type: 'text', text: 'Look' },
        { type: 'text', text: 'inline' },
        { type: 'file', file_id: 'e85980c9-409e-4a46-9304-36588f6292b0' },
      ],
    });
  });

  test('cannot hold other files, which is an error that the AI SDK knows', async () => {
    const failure = await failureOf(
      sent({ prompt: [{ role: 'user', content: [{ type: 'file', mediaType: 'video/mp4', data: 'AQID' }] }] }),
    );

    expect(String(failure)).toMatch(/does not support files of the media type video\/mp4/);
    expect(failure).toMatchObject({
      [Symbol.for('vercel.ai.error')]: true,
      [Symbol.for('vercel.ai.error.AI_UnsupportedFunctionalityError')]: true,
      functionality: expect.stringContaining('video/mp4'),
    });
  });

  test('replay thinking as the model wrote it, in one block at the front', async () => {
    const { messages } = await sent({
      prompt: [
        user('One'),
        {
          role: 'assistant',
          content: [
            {
              type: 'reasoning',
              text: 'Hm.',
              providerOptions: { mistral: { signature: 'abc', closed: true }, anthropic: { signature: 'x' } },
            },
            { type: 'text', text: 'Two' },
            {
              type: 'reasoning',
              text: 'So.',
              providerOptions: {
                mistral: {
                  thinking: [
                    { type: 'text', text: 'So.' },
                    { type: 'reference', reference_ids: [1] },
                  ],
                },
              },
            },
          ],
        },
        user('Three'),
      ],
    });

    expect(messages[1]).toEqual({
      role: 'assistant',
      content: [
        {
          type: 'thinking',
          thinking: [
            { type: 'text', text: 'Hm.' },
            { type: 'text', text: 'So.' },
            { type: 'reference', reference_ids: [1] },
          ],
          signature: 'abc',
          closed: true,
        },
        { type: 'text', text: 'Two' },
      ],
    });
  });

  test('have tool calls with ids of nine letters or digits, whatever they came with, and their results with the same', async () => {
    const { messages, warnings } = await sent({
      prompt: [
        user('Weather?'),
        {
          role: 'assistant',
          content: [
            { type: 'tool-call', toolCallId: 'call_abc-123', toolName: 'weather', input: { city: 'Lyon' } },
            { type: 'tool-call', toolCallId: 'abcdefghi', toolName: 'clock', input: undefined },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'abcdefghi',
              toolName: 'clock',
              output: { type: 'text', value: '12:00' },
            },
            {
              type: 'tool-result',
              toolCallId: 'call_abc-123',
              toolName: 'weather',
              output: { type: 'json', value: { celsius: 21 } },
            },
            { type: 'tool-approval-response' },
          ],
        },
      ],
    });

    const [, asked, clock, weather] = messages;
    const calls = (asked as AssistantMessage).tool_calls;
    expect(calls!.map(({ id }) => id)).toEqual([expect.stringMatching(/^[a-zA-Z0-9]{9}$/), 'abcdefghi']);
    expect(calls).toMatchObject([
      { function: { name: 'weather', arguments: '{"city":"Lyon"}' } },
      { function: { name: 'clock', arguments: '{}' } },
    ]);
    expect(clock).toEqual({ role: 'tool', name: 'clock', tool_call_id: 'abcdefghi', content: '12:00' });
    expect(weather).toEqual({
      role: 'tool',
      name: 'weather',
      tool_call_id: calls![0]!.id,
      content: '{"celsius":21}',
    });
    expect(warnings).toEqual([]);
  });

  test.each<[ToolOutput, unknown]>([
    [{ type: 'error-text', value: 'No such city' }, 'No such city'],
    [{ type: 'error-json', value: { code: 1 } }, '{"code":1}'],
    [{ type: 'json', value: null }, 'null'],
    [{ type: 'execution-denied', reason: 'Not on Sundays' }, 'Not on Sundays'],
    [{ type: 'execution-denied' }, expect.stringContaining('denied')],
    [
      {
        type: 'content',
        value: [
          { type: 'text', text: 'A map' },
          { type: 'image-data', data: 'AQID', mediaType: 'image/png' },
          { type: 'file-data', data: 'AQID', mediaType: 'application/pdf' },
          { type: 'image-url', url: 'https://example.com/a' },
          { type: 'file-url', url: 'https://example.com/a.png' },
          { type: 'file-url', url: 'https://example.com/a', mediaType: 'application/pdf' },
          { type: 'file-id', fileId: { mistral: 'e85980c9-409e-4a46-9304-36588f6292b0' } },
          { type: 'file', data: { type: 'text', text: 'inline' } as never, mediaType: 'text/plain' },
        ],
      },
      [
        { type: 'text', text: 'A map' },
        { type: 'image_url', image_url: 'data:image/png;base64,AQID' },
        { type: 'document_url', document_url: 'data:application/pdf;base64,AQID' },
        { type: 'image_url', image_url: 'https://example.com/a' },
        { type: 'image_url', image_url: 'https://example.com/a.png' },
        { type: 'document_url', document_url: 'https://example.com/a' },
        { type: 'file', file_id: 'e85980c9-409e-4a46-9304-36588f6292b0' },
        { type: 'text', text: 'inline' },
      ],
    ],
  ])('of tools hold the result %j', async (output, content) => {
    const { messages } = await sent({
      prompt: [user(), calling, { role: 'tool', content: [resultOf(output)] }],
    });

    expect(messages[2]).toMatchObject({ role: 'tool', content });
  });

  test('leave out a part of a result that only another provider has, with a warning', async () => {
    const output = {
      type: 'content' as const,
      value: [{ type: 'custom' as const }, { type: 'text' as const, text: 'A' }],
    };
    const { messages, warnings } = await sent({
      prompt: [user(), calling, { role: 'tool', content: [resultOf(output)] }],
    });

    expect(messages[2]).toMatchObject({ content: 'A' });
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'message part of the type custom' }]);
  });

  test('have what follows the result of a tool that another provider ran in a message after it', async () => {
    const { messages, warnings } = await sent({
      prompt: [
        user('Who won?'),
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Let me search.' },
            { type: 'tool-call', toolCallId: 'abcdefghi', toolName: 'web_search', input: { q: 'cup' } },
            resultOf({ type: 'json', value: ['France'] }),
            { type: 'text', text: 'France won.' },
          ],
        },
        user('When?'),
      ],
    });

    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: 'Let me search.', tool_calls: [{ id: 'abcdefghi' }] },
      { role: 'tool', tool_call_id: 'abcdefghi', content: '["France"]' },
      { role: 'assistant', content: 'France won.' },
      { role: 'user', content: 'When?' },
    ]);
    expect(messages[3]).not.toHaveProperty('tool_calls');
    expect(warnings).toEqual([]);
  });

  test('leave out parts of a message that only another provider has, with a warning', async () => {
    const { messages, warnings } = await sent({
      prompt: [
        user(),
        {
          role: 'assistant',
          content: [{ type: 'custom' }, { type: 'text', text: 'A' }, { type: 'reasoning-file' }],
        },
        user(),
      ],
    });

    expect(messages[1]).toEqual({ role: 'assistant', content: 'A' });
    expect(warnings).toEqual([
      { type: 'unsupported', feature: 'message part of the type custom' },
      { type: 'unsupported', feature: 'message part of the type reasoning-file' },
    ]);
  });

  test('have no thinking of another model that is encrypted', async () => {
    const encrypted = {
      type: 'reasoning',
      text: '',
      providerOptions: { openai: { itemId: 'rs_1' } },
    } as const;
    const { messages } = await sent({
      prompt: [user(), { role: 'assistant', content: [encrypted, { type: 'text', text: 'A' }] }, user()],
    });

    expect(messages[1]).toEqual({ role: 'assistant', content: 'A' });
  });

  test('have names of functions that the API accepts, whoever gave them', async () => {
    const { messages } = await sent({
      prompt: [
        user(),
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId: 'abcdefghi', toolName: 'maps.look up', input: {} }],
        },
        { role: 'tool', content: [{ ...resultOf({ type: 'text', value: 'A' }), toolName: 'maps.look up' }] },
      ],
    });

    expect(messages.slice(1)).toMatchObject([
      { tool_calls: [{ function: { name: 'maps_look_up' } }] },
      { name: 'maps_look_up' },
    ]);
  });

  test('are put into an order that the API takes, with a warning', async () => {
    const { messages, warnings } = await sent({ prompt: [user('Weather?'), calling, user('Never mind')] });

    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool', tool_call_id: 'abcdefghi' },
      { role: 'assistant' },
      { role: 'user', content: 'Never mind' },
    ]);
    expect(warnings).toEqual([
      {
        type: 'compatibility',
        feature: 'prompt',
        details: expect.stringMatching(/^prompt\[1\]: The tool call abcdefghi has no result/),
      },
      { type: 'compatibility', feature: 'prompt', details: expect.stringMatching(/^prompt\[2\]/) },
    ]);
  });

  test('end with what the model is to continue, if the last one is of the assistant', async () => {
    const { messages } = await sent({
      prompt: [user('Write a poem'), { role: 'assistant', content: [{ type: 'text', text: 'Roses are' }] }],
    });

    expect(messages[1]).toEqual({ role: 'assistant', content: 'Roses are', prefix: true });
  });

  test('have no half characters, which truncated texts end with', async () => {
    const { messages } = await sent({ prompt: [user('Hi \ud83d')] });

    expect(messages[0]).toMatchObject({ content: 'Hi \ufffd' });
  });
});

const calling: PromptMessage = {
  role: 'assistant',
  content: [{ type: 'tool-call', toolCallId: 'abcdefghi', toolName: 'look', input: {} }],
};

const resultOf = (output: ToolOutput): ToolResultPart => ({
  type: 'tool-result',
  toolCallId: 'abcdefghi',
  toolName: 'look',
  output,
});

describe('tools', () => {
  const look = {
    type: 'function' as const,
    name: 'look',
    description: 'Looks',
    strict: true,
    inputSchema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { at: { $ref: '#/definitions/place' } },
      definitions: { place: { type: 'string' } },
    },
  };

  test('have a schema with references that the API resolves', async () => {
    const { params } = await sent({ tools: [look] });

    expect(params.tools).toEqual([
      {
        type: 'function',
        function: {
          name: 'look',
          description: 'Looks',
          strict: true,
          parameters: {
            type: 'object',
            properties: { at: { $ref: '#/$defs/place' } },
            $defs: { place: { type: 'string' } },
          },
        },
      },
    ]);
  });

  test.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'required' }, 'required'],
    [
      { type: 'tool', toolName: 'look' },
      { type: 'function', function: { name: 'look' } },
    ],
  ] as const)('are chosen by %j as %j', async (toolChoice, choice) => {
    expect((await sent({ tools: [look], toolChoice })).params.tool_choice).toEqual(choice);
  });

  test('of the API are sent as its own', async () => {
    const { params } = await sent({
      tools: [{ type: 'provider', id: 'mistral.web_search', name: 'search', args: {} }],
    });

    expect(params.tools).toEqual([{ type: 'web_search' }]);
  });
});

describe('a response format', () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
  const json = (fields: object = {}): Partial<LanguageModelCall> => ({
    responseFormat: { type: 'json', schema, ...fields },
  });
  const formatOf = async (options: Partial<LanguageModelCall>) => {
    const { params, ...rest } = await sent(options);
    return { ...rest, format: params.response_format };
  };

  test('has the schema in strict mode', async () => {
    const { format, warnings } = await formatOf(json({ name: 'a person', description: 'Somebody' }));

    expect(format).toEqual({
      type: 'json_schema',
      json_schema: {
        name: 'a_person',
        description: 'Somebody',
        schema: { ...schema, additionalProperties: false },
        strict: true,
      },
    });
    expect(warnings).toEqual([]);
  });

  test('has a schema that strict mode refuses without it, with a warning; and fails if strictness is asked for', async () => {
    const record = { type: 'object', additionalProperties: { type: 'string' } };
    const { format, warnings } = await formatOf(json({ schema: record }));
    const strict = sent({
      ...json({ schema: record }),
      providerOptions: { mistral: { strictJsonSchema: true } },
    });

    expect(format).toMatchObject({ json_schema: { name: 'response', schema: record, strict: false } });
    expect(warnings).toEqual([
      {
        type: 'compatibility',
        feature: 'responseFormat',
        details: expect.stringMatching(/is an object with arbitrary keys\.$/),
      },
    ]);
    expect(String(await failureOf(strict))).toMatch(/arbitrary keys/);
  });

  test('is not strict with `strictJsonSchema: false`', async () => {
    const { format, warnings } = await formatOf({
      ...json(),
      providerOptions: { mistral: { strictJsonSchema: false } },
    });

    expect(format).toMatchObject({ json_schema: { schema, strict: false } });
    expect(warnings).toEqual([]);
  });

  test('with `structuredOutputs: false` is JSON, and the schema is in the prompt', async () => {
    const { format, messages } = await formatOf({
      ...json(),
      providerOptions: { mistral: { structuredOutputs: false } },
    });

    expect(format).toEqual({ type: 'json_object' });
    expect(messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining(JSON.stringify(schema)),
    });
  });

  test('without a schema is JSON, for which the prompt asks, too, unless it does already', async () => {
    const prompt: PromptMessage[] = [{ role: 'system', content: 'Be brief.' }, user('Who?')];
    const asked = await formatOf({ ...json({ schema: undefined }), prompt });
    const already = await formatOf({ ...json({ schema: undefined }), prompt: [user('In JSON, please')] });

    expect(asked.format).toEqual({ type: 'json_object' });
    expect(asked.messages[0]).toMatchObject({
      content: expect.stringMatching(/^Be brief.\n\nReply with JSON/),
    });
    expect(already.messages).toEqual([{ role: 'user', content: 'In JSON, please' }]);
  });

  test('that is text is not sent', async () => {
    expect((await formatOf({ responseFormat: { type: 'text' } })).format).toBeUndefined();
  });
});
