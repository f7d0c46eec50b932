import fc from 'fast-check';
import { expect, test } from 'vitest';

import { MistralError, type AssistantMessage } from '../../src/index.js';
import { client } from '../helpers/api.js';
import { eventStream, sse } from '../helpers/event-stream.js';
import { refusedMessages } from '../helpers/refused.js';

type Json = Record<string, unknown>;

// One answer as a server streams it: thought, text with a citation, and two calls of tools in pieces.
const thought = (text: string, closed = false): Json => ({
  content: [{ type: 'thinking', thinking: [{ type: 'text', text }], closed }],
});
const part = (index: number, rest: Json, name: string, args: string): Json => ({
  tool_calls: [{ index, ...rest, function: { name, arguments: args } }],
});
const recorded: readonly Json[] = [
  { role: 'assistant', content: '' },
  thought('Let me '),
  thought('see.', true),
  { content: [{ type: 'text', text: 'Sunny' }] },
  { content: ' in Lyon' },
  { content: [{ type: 'reference', reference_ids: [1, 2] }] },
  { content: ', they say.' },
  part(0, { id: 'callaaaa1' }, 'weather', ''),
  part(0, {}, '', '{"city":'),
  part(0, {}, '', '"Lyon"}'),
  part(1, { id: 'callaaaa2' }, 'clock', '{"zone"'),
  part(1, {}, '', ':{}}'),
];

const chunk = (delta: unknown, finish_reason: unknown = null, rest: Json = {}) => ({
  id: 'cmpl-1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
  ...rest,
});

/** What a gateway or another server makes of a delta without saying anything else by it. */
const noises: Readonly<Record<string, (delta: Json) => unknown>> = {
  'as it is': (delta) => delta,
  'fields that nobody knows': (delta) => ({
    ...delta,
    index: 0,
    refusal: null,
    annotations: [],
    obfuscation: 'x',
  }),
  'null for what is absent': (delta) => ({
    content: null,
    tool_calls: null,
    role: null,
    function_call: null,
    ...delta,
  }),
  'an empty text for what is absent': (delta) => ('content' in delta ? delta : { ...delta, content: '' }),
  'a role each time': (delta) => ({ ...delta, role: 'assistant' }),
  'text as a block without a type': (delta) =>
    typeof delta.content === 'string' ? { content: [{ type: null, text: delta.content }] } : delta,
  'a single block for a list of one': (delta) =>
    Array.isArray(delta.content) && delta.content.length === 1
      ? { ...delta, content: delta.content[0] }
      : delta,
  'blocks among nulls, with more fields': (delta) =>
    Array.isArray(delta.content)
      ? {
          ...delta,
          content: [
            null,
            ...(delta.content as Json[]).map((block) => ({ ...block, id: null, logprobs: [] })),
            null,
          ],
        }
      : delta,
  'thought as a text': (delta) =>
    changeBlocks(delta, ({ type, thinking, ...block }) =>
      type === 'thinking' ? { ...block, type, thinking: (thinking as Json[])[0]!.text } : { ...block, type },
    ),
  'calls without a type, among nulls': (delta) =>
    changeCalls(
      delta,
      (call) => ({ ...call, type: null, status: 'x' }),
      (calls) => [null, ...calls],
    ),
  'an index as text': (delta) =>
    changeCalls(delta, (call) => ({ ...call, index: String(call.index as number) })),
  'names that are null': (delta) =>
    changeCalls(delta, (call) => ({
      ...call,
      function: { ...(call.function as Json), name: (call.function as Json).name || null },
    })),
  'another id in each part': (delta) =>
    changeCalls(delta, (call) =>
      (call.function as Json).name === '' ? { ...call, id: 'chatcmpl-tool-9' } : call,
    ),
  'ids that are missing in other ways': (delta) =>
    changeCalls(delta, (call) => ({ ...call, id: call.id ?? 'null' })),
  'arguments that are null where they are empty': (delta) =>
    changeCalls(delta, (call) => ({
      ...call,
      function: { ...(call.function as Json), arguments: (call.function as Json).arguments || null },
    })),
};

const changeCalls = (
  delta: Json,
  change: (call: Json) => Json,
  all: (calls: unknown[]) => unknown[] = (calls) => calls,
): Json =>
  Array.isArray(delta.tool_calls)
    ? { ...delta, tool_calls: all((delta.tool_calls as Json[]).map(change)) }
    : delta;

const changeBlocks = (delta: Json, change: (block: Json) => Json): Json =>
  Array.isArray(delta.content) ? { ...delta, content: (delta.content as Json[]).map(change) } : delta;

/** What stands between two chunks, and says nothing. */
const between: readonly string[] = [
  '',
  ': keep-alive\n\n',
  'data:\n\n',
  'data:  \n\n',
  'retry: 1000\n\n',
  '{"note":1}\n',
  sse({ id: 'cmpl-1', choices: [] }),
  sse({ id: 'cmpl-1', choices: null, usage: null, error: null }),
  sse(chunk(null)),
  sse(chunk({}, '')),
  sse(chunk({ index: 0, content: '' })),
  sse(chunk({ tool_calls: [] })),
];

const noisy = fc
  .tuple(
    fc.tuple(...recorded.map(() => fc.constantFrom(...Object.keys(noises)))),
    fc.array(fc.constantFrom(...between), { minLength: recorded.length + 1, maxLength: recorded.length + 1 }),
  )
  .map(([names, fill]) =>
    recorded
      .map((delta, index) => fill[index]! + sse(chunk(noises[names[index]!]!(delta))))
      .concat(fill.at(-1)!),
  );

const finish = sse(chunk({}, 'tool_calls'), '[DONE]');

const read = (text: string): Promise<AssistantMessage> =>
  client({ fetch: async () => eventStream(text) })
    .chat.stream({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
    .finalMessage();

const clean = recorded.map((delta) => sse(chunk(delta))).join('') + finish;

const user = { role: 'user', content: 'Hi' };

const history = (message: AssistantMessage): object[] => [
  user,
  message,
  ...(message.tool_calls ?? [user]).map((call) =>
    'role' in call ? call : { role: 'tool', tool_call_id: call.id, content: '' },
  ),
];

test('a streamed message with noise in it is what it is without, and can be sent back', async () => {
  const expected = await read(clean);
  expect(expected).toMatchObject({
    content: [
      { type: 'thinking', thinking: [{ text: 'Let me see.' }] },
      { text: 'Sunny in Lyon' },
      { type: 'reference' },
      { text: ', they say.' },
    ],
    tool_calls: [{ function: { arguments: '{"city":"Lyon"}' } }, { function: { arguments: '{"zone":{}}' } }],
  });

  await fc.assert(
    fc.asyncProperty(noisy, async (parts) => {
      const message = await read(parts.join('') + finish);

      expect(message).toEqual(expected);
      expect(refusedMessages(history(message))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** Any JSON, with names that mean something here. */
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      null,
      '',
      'text',
      '{',
      '{}',
      '{"a":1}',
      0,
      -1,
      1.5,
      true,
      'null',
      'thinking',
      'length',
      'tool_calls',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'index',
        'id',
        'type',
        'function',
        'name',
        'arguments',
        'content',
        'text',
        'thinking',
        'tool_calls',
        'delta',
        'choices',
        'finish_reason',
        'usage',
        'role',
        '__proto__',
        'closed',
        'reference_ids',
      ),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value;

test('whatever stands in the deltas of a stream, nothing but a MistralError is thrown, and what comes out can be sent back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anything, { maxLength: 6 }),
      fc.array(anything, { maxLength: 2 }),
      async (deltas, whole) => {
        const text = sse(
          ...deltas.map((delta) => chunk(delta)),
          ...whole.filter((value) => typeof value === 'object' && value !== null),
        );
        let message: AssistantMessage;
        try {
          message = await read(text + finish);
        } catch (error) {
          expect(MistralError.isInstance(error), String(error)).toBe(true);
          return;
        }
        const saysSomething = Boolean(message.content) || message.tool_calls !== undefined;
        if (saysSomething) expect(refusedMessages(history(message))).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
});
