import { createMistral as createTheirs } from '@ai-sdk/mistral';
import { APICallError, generateText, streamText, tool, type ModelMessage } from 'ai';
import { z } from 'zod';

import { createMistral as createOurs } from '../../src/ai-sdk/index.js';
import { describeThrown } from '../../src/internal/describe-thrown.js';
import type { Fetch } from '../../src/transport/send.js';
import { events, json } from './tool-replies.js';

type Fields = Readonly<Record<string, unknown>>;

/** A provider, and the bodies that it has sent. */
interface Tried {
  readonly model: ReturnType<ReturnType<typeof createTheirs>>;
  readonly sent: { readonly messages: readonly Fields[]; readonly [name: string]: unknown }[];
}

/** What the AI SDK 6 shows of a situation, in a few words. */
interface Situation {
  readonly title: string;
  /** What the server responds with, in turn; the last one stays. */
  readonly responses: readonly (() => Response)[];
  readonly observe: (tried: Tried) => Promise<string>;
}

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

const completion = (message: Fields, finish_reason = 'stop', more: Fields = {}) =>
  json({
    id: 'cmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    usage,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
    ...more,
  });

const stream = (deltas: readonly Fields[], finish_reason = 'stop', end: readonly unknown[] = ['[DONE]']) => {
  const chunk = (delta: Fields, reason: string | null = null) => ({
    id: 'cmpl-1',
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const last = end.length > 0 ? [{ ...chunk({}, finish_reason), usage }] : [];
  return events([...deltas.map((delta) => chunk(delta)), ...last], end);
};

const calls = (...parts: readonly Fields[]): Fields => ({ tool_calls: parts });
const tools = {
  weather: tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => `21 in ${city}` }),
};
const prompt = 'Weather in Lyon?';
const user = (content: string): ModelMessage => ({ role: 'user', content });
const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** The input of the first tool call of a stream, or what went wrong. */
async function streamedCall({ model }: Tried): Promise<string> {
  const problems: unknown[] = [];
  const { fullStream } = streamText({
    model,
    prompt,
    tools,
    onError: ({ error }) => void problems.push(error),
  });
  let seen = 'no call';
  for await (const part of fullStream)
    if (part.type === 'tool-call')
      seen = part.invalid ? 'an invalid call' : `called with ${code(part.input)}`;
  return problems.length > 0 ? `${seen}, and an error` : seen;
}

const foreignCall = (toolCallId: string): ModelMessage => ({
  role: 'assistant',
  content: [{ type: 'tool-call', toolCallId, toolName: 'weather', input: { city: 'Lyon' } }],
});

const foreignResult = (toolCallId: string): ModelMessage => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId, toolName: 'weather', output: { type: 'text', value: '21' } }],
});

const thought = {
  type: 'thinking',
  thinking: [{ type: 'text', text: 'Hm.' }],
  closed: true,
  signature: 'abc',
};
const first = { id: 'abcdefghi', function: { name: 'weather', arguments: '{"city":' } };

export const situations: readonly Situation[] = [
  {
    title: 'Deltas of a tool call: only the first has an id, none an index',
    responses: [stream([calls(first), calls({ function: { arguments: '"Lyon"}' } })], 'tool_calls')],
    observe: streamedCall,
  },
  {
    title: 'Deltas of a tool call: the later ones have the id `"null"` and an empty name',
    responses: [
      stream(
        [
          calls({ ...first, index: 0 }),
          calls({ id: 'null', index: 0, function: { name: '', arguments: '"Lyon"}' } }),
        ],
        'tool_calls',
      ),
    ],
    observe: streamedCall,
  },
  {
    title: 'Two parallel tool calls that are both number 0, complete',
    responses: [
      stream(
        [
          calls(
            { id: 'aaaaaaaaa', index: 0, function: { name: 'weather', arguments: '{"city":"Lyon"}' } },
            { id: 'bbbbbbbbb', index: 0, function: { name: 'weather', arguments: '{"city":"Nice"}' } },
          ),
        ],
        'tool_calls',
      ),
    ],
    observe: async ({ model }) => {
      const result = streamText({ model, prompt, tools, onError: () => {} });
      await result.consumeStream();
      const made = await result.toolCalls.then((list) => list.filter(({ invalid }) => !invalid));
      return `${made.length} of 2 calls run`;
    },
  },
  {
    title: 'A reply that reaches its token limit inside a tool call',
    responses: [stream([calls({ ...first, index: 0 })], 'length')],
    observe: streamedCall,
  },
  {
    title: 'Citations in the reply',
    responses: [
      completion({
        content: [
          { type: 'text', text: 'France won' },
          { type: 'reference', reference_ids: [0, 1] },
          { type: 'text', text: '.' },
        ],
      }),
    ],
    observe: async ({ model }) => `${(await generateText({ model, prompt })).sources.length} of 2 sources`,
  },
  {
    title: 'A thought that holds a reference',
    responses: [
      completion({
        content: [
          { ...thought, thinking: [...thought.thinking, { type: 'reference', reference_ids: [0] }] },
          { type: 'text', text: 'Yes' },
        ],
      }),
    ],
    observe: async ({ model }) => {
      const { text, reasoningText } = await generateText({ model, prompt });
      return `${code(text)} with the thought ${code(reasoningText)}`;
    },
  },
  {
    title: 'A thought with `closed` and `signature`, in the next request',
    responses: [
      completion(
        {
          content: [thought, { type: 'text', text: 'I look.' }],
          ...calls({ ...first, function: { name: 'weather', arguments: '{"city":"Lyon"}' } }),
        },
        'tool_calls',
      ),
      completion({ content: '21' }),
    ],
    observe: async ({ model, sent }) => {
      await generateText({ model, prompt, tools, stopWhen: ({ steps }) => steps.length === 2 });
      const { thinking: _thinking, type: _type, ...fields } = (sent[1]!.messages[1]!.content as Fields[])[0]!;
      return `sent with ${code(fields)}`;
    },
  },
  {
    title: 'A history with ids of another API, such as `call_abc-123`',
    responses: [completion({ content: '21' })],
    observe: async ({ model, sent }) => {
      await generateText({
        model,
        messages: [user(prompt), foreignCall('call_abc-123'), foreignResult('call_abc-123')],
      });
      const [, { tool_calls: [call] = [] }, { tool_call_id: id }] = sent[0]!.messages as [
        Fields,
        { tool_calls?: Fields[] },
        Fields,
      ];
      const isValid = /^[a-zA-Z0-9]{9}$/.test(String(id)) && call!.id === id;
      return isValid ? 'nine letters and digits' : `${code(id)}, which the API refuses`;
    },
  },
  {
    title: 'A user message right after a tool result',
    responses: [completion({ content: 'Yes' })],
    observe: async ({ model, sent }) => {
      await generateText({
        model,
        messages: [user(prompt), foreignCall('abcdefghi'), foreignResult('abcdefghi'), user('Sure?')],
      });
      const roles = sent[0]!.messages.map(({ role }) => role);
      return code(roles.join(', '));
    },
  },
  {
    title: 'A picture as the result of a tool',
    responses: [
      completion(
        { content: '', ...calls({ id: 'abcdefghi', function: { name: 'look', arguments: '{}' } }) },
        'tool_calls',
      ),
      completion({ content: 'A cat' }),
    ],
    observe: async ({ model, sent }) => {
      const look = tool({
        inputSchema: z.object({}),
        execute: () => 'AQID',
        toModelOutput: ({ output }) => ({
          type: 'content',
          value: [{ type: 'media', data: output as string, mediaType: 'image/png' }],
        }),
      });
      await generateText({ model, prompt, tools: { look }, stopWhen: ({ steps }) => steps.length === 2 });
      const { content } = sent[1]!.messages.at(-1)!;
      return typeof content === 'string'
        ? 'text of JSON'
        : `content of the type ${code((content as Fields[])[0]!.type)}`;
    },
  },
  {
    title: 'The key of the prompt cache in the steps of a run',
    responses: [
      completion(
        { content: '', ...calls({ ...first, function: { name: 'weather', arguments: '{"city":"Lyon"}' } }) },
        'tool_calls',
      ),
      completion({ content: '21' }),
    ],
    observe: async ({ model, sent }) => {
      await generateText({ model, prompt, tools, stopWhen: ({ steps }) => steps.length === 2 });
      const keys = new Set(sent.map(({ prompt_cache_key: key }) => key));
      return keys.has(undefined) ? 'none' : `${keys.size} for ${sent.length} requests`;
    },
  },
  {
    title: '`promptCacheKey` in `providerOptions`',
    responses: [completion({ content: 'Hi' })],
    observe: async ({ model, sent }) => {
      await generateText({ model, prompt, providerOptions: { mistral: { promptCacheKey: 'chat-1' } } });
      return sent[0]!.prompt_cache_key === 'chat-1' ? 'sent' : 'dropped';
    },
  },
  {
    title: 'A misspelt provider option, such as `safePromt`',
    responses: [completion({ content: 'Hi' })],
    observe: async ({ model }) => {
      const options = { mistral: { safePromt: true } };
      const refusal = await generateText({ model, prompt, providerOptions: options }).then(
        () => undefined,
        describeThrown,
      );
      return refusal === undefined ? 'ignored' : `refused: ${/Did you mean.*?\?/.exec(refusal)![0]}`;
    },
  },
  {
    title: 'A stream that breaks',
    responses: [stream([{ content: 'It is ' }, { content: '21' }], 'stop', [])],
    observe: async ({ model }) => {
      let count = 0;
      const result = streamText({ model, prompt, onError: () => void (count += 1) });
      return `finish reason ${code(await result.finishReason)}, ${count === 0 ? 'no error' : 'an error'}`;
    },
  },
  {
    title: 'A reply of a gateway without `object` and `usage`',
    responses: [completion({ content: 'Hi' }, 'stop', { object: undefined, usage: undefined })],
    observe: async ({ model }) => code((await generateText({ model, prompt })).text),
  },
  {
    title: 'Cached tokens in the usage',
    responses: [completion({ content: 'Hi' }, 'stop', { usage: { ...usage, num_cached_tokens: 64 } })],
    observe: async ({ model }) => {
      const { inputTokenDetails } = (await generateText({ model, prompt })).usage;
      return `${inputTokenDetails.cacheReadTokens} of 64`;
    },
  },
];

const providers: readonly ((fetch: Fetch) => Tried['model'])[] = [
  (fetch) => createOurs({ apiKey: 'test', fetch, maxRetries: 0, logLevel: 'off' })('m'),
  // It calls it as we do.
  (fetch) => createTheirs({ apiKey: 'test', fetch: fetch as typeof globalThis.fetch })('m'),
];

/** What both providers show of all situations: rows of a title, ours and theirs. */
export async function sideBySide(): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { title, responses, observe } of situations) {
    const row = [title];
    for (const provide of providers) {
      const sent: Tried['sent'] = [];
      const fetch: Fetch = async (_url, init) => {
        const response = responses[Math.min(sent.length, responses.length - 1)]!();
        sent.push(JSON.parse(init!.body as string) as Tried['sent'][number]);
        return response;
      };
      row.push(await observe({ model: provide(fetch), sent }).catch(describeFailure));
    }
    rows.push(row);
  }
  return rows;
}

/** Messages of validators are long, and change. */
const describeFailure = (error: unknown): string =>
  APICallError.isInstance(error) || /Type validation|JSON/.test(describeThrown(error))
    ? 'fails, as the response does not fit its schema'
    : `an error: ${describeThrown(error).split('. ').slice(0, 2).join('. ')}`;
