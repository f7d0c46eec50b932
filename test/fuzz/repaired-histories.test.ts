import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Mistral, type ChatMessage } from '../../src/index.js';
import { createMockMistral } from '../../src/testing/index.js';
import { lintMessages, repairMessages } from '../../src/tools/index.js';

/** Generates with words that exist once each, so that a lost one shows. */
let words = 0;
const word = fc.constant(null).map(() => `word${(words += 1)}x`);

const text = fc.oneof(
  word,
  word.map((each) => `${each}\ud83d`),
  fc.tuple(word, word).map((two) => two.join(' "\n')),
);
const id = fc.constantFrom('aaaaaaaaa', 'bbbbbbbbb', 'call_1', 'call_2', '0', 1, '', 'null', null, undefined);
const name = fc.constantFrom('weather', 'my tool', '', null, undefined, 'x'.repeat(80));
const extra = fc.constantFrom(
  {},
  {},
  {},
  { id: 'msg_1' },
  { refusal: null },
  { name: null },
  { annotations: [] },
);

const textLike = fc.oneof(
  text.map((each) => ({ type: 'text', text: each })),
  text.map((each) => ({ type: 'text', text: each, cache_control: { type: 'ephemeral' } })),
  text.map((each) => ({ type: 'input_text', text: each })),
  text.map((each) => ({ type: 'output_text', text: each, annotations: [] })),
  text.map((each) => ({ text: { value: each } })),
  text.map((each) => ({ type: 'refusal', refusal: each })),
  text,
);
const thought = fc.oneof(
  text.map((each) => ({ type: 'thinking', thinking: [{ type: 'text', text: each }], closed: true })),
  text.map((each) => ({ type: 'thinking', thinking: each, signature: 'abc' })),
  text.map((each) => ({ type: 'thinking', thinking: [each, { type: 'note', note: each }] })),
  text.map((each) => ({ type: 'reasoning', summary: [{ type: 'summary_text', text: each }], content: [] })),
  fc.constantFrom({ type: 'thinking', thinking: [] }, { type: 'redacted_thinking', data: 'x' }),
);
const foreign = fc.oneof(
  text.map((each) => ({ type: 'hologram', scale: 1, label: each })),
  text.map((each) => ({ type: 'text', text: [each, 3] })),
  fc.constantFrom(
    { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'auto' } },
    { type: 'image_url', image_url: 'https://example.com/a.png' },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'original' } },
    { type: 'image_url' },
    { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    { type: 'image', source: { type: 'file', file_id: 'x' } },
    { type: 'document', source: { type: 'text', data: 'x' }, title: 'T' },
    { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } },
    { type: 'file', file_id: 'file-1' },
    { type: 'file', file_id: '0f0e0d0c-0b0a-0908-0706-050403020100' },
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    { type: 'input_audio', input_audio: 'AAAA' },
    { type: 'document_url', document_url: 'https://example.com/a.pdf', document_name: null },
    { type: 'reference', reference_ids: [1, 'a'] },
    { type: 'reference', reference_ids: { a: 1 } },
    null,
    7,
  ),
);
const toolInContent = fc.oneof(
  fc.record({
    type: fc.constantFrom('tool_use', 'tool-call'),
    id,
    name,
    input: text.map((each) => ({ each })),
  }),
  fc.record({ type: fc.constantFrom('tool_result', 'tool-result'), tool_use_id: id, content: text }),
  fc.record({
    type: fc.constant('tool_result'),
    tool_use_id: id,
    content: fc.array(textLike),
    is_error: fc.boolean(),
  }),
);
const block = fc.oneof({ weight: 4, arbitrary: textLike }, thought, foreign, toolInContent);
const content = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.array(block, { maxLength: 4 }),
  textLike,
  text.map((each) => ({ temperature: { note: each } })),
  fc.constantFrom('', null, undefined, 3, false),
);

const argumentsOf = fc.oneof(
  text.map((each) => JSON.stringify({ each })),
  text.map((each) => ({ each })),
  text.map((each) => [each]),
  text,
  fc.constantFrom('', null, undefined, 5),
);
const call = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      id,
      type: fc.constantFrom('function', undefined, 'custom'),
      function: fc.record({ name, arguments: argumentsOf }),
      index: fc.constantFrom(0, undefined, '1'),
    }),
  },
  fc.record({ id, name, args: argumentsOf }),
  fc.record({ id, type: fc.constant('custom'), custom: fc.record({ name, input: text }) }),
  text,
  fc.constantFrom(null, {}),
);
const calls = fc.oneof(
  { weight: 3, arbitrary: fc.array(call, { maxLength: 3 }) },
  call,
  fc.constantFrom([], null, undefined),
);
const reasoning = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  text.map((each) => ({ reasoning_content: each })),
  text.map((each) => ({ reasoning: each, reasoning_details: [{ type: 'reasoning.text', text: each }] })),
  text.map((each) => ({ reasoning: { summary: [{ text: each }] } })),
  text.map((each) => ({ refusal: each })),
  text.map((each) => ({ audio: { id: 'a', transcript: each } })),
  fc.constantFrom(
    { reasoning_content: null },
    { reasoning_details: [] },
    { audio: null },
    { function_call: null },
  ),
  fc.record({ function_call: fc.record({ name, arguments: argumentsOf }) }),
);

const message = fc.oneof(
  fc.tuple(fc.record({ role: fc.constantFrom('user', 'system', 'developer'), content }), extra).map(merge),
  fc.record({ role: fc.constant('user'), content, name, tool_calls: calls }),
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.record({
          role: fc.constant('assistant'),
          content,
          tool_calls: calls,
          prefix: fc.constantFrom(undefined, true, false, null),
        }),
        reasoning,
        extra,
      )
      .map(merge),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.record({ role: fc.constant('tool'), tool_call_id: id, name, content }), extra)
      .map(merge),
  },
  fc.record({ role: fc.constant('function'), name, content }),
  fc.record({
    type: fc.constant('function_call'),
    call_id: id,
    name,
    arguments: argumentsOf,
    id: fc.constant('fc_1'),
  }),
  fc.record({ type: fc.constant('function_call_output'), call_id: id, output: content }),
  fc.record({
    type: fc.constant('reasoning'),
    summary: fc.array(textLike),
    encrypted_content: fc.constant('x'),
  }),
);

function merge(parts: object[]): object {
  return Object.assign({}, ...parts) as object;
}

const mistral = new Mistral({ apiKey: 'k', fetch: createMockMistral().fetch, maxRetries: 0 });

/** The history repaired; `undefined` if it has nothing to say. */
function repaired(history: readonly object[]) {
  try {
    return repairMessages(history, { for: 'chat' });
  } catch (error) {
    expect(String(error)).toContain('nothing to send');
    expect(JSON.stringify(history)).not.toMatch(/word\d+x/);
    return undefined;
  }
}

test('whatever comes in, what comes out is accepted, has every word, and is repaired no further', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 8 }), async (history) => {
      const before = structuredClone(history);

      const { messages, repairs } = repaired(history) ?? {};

      expect(history).toEqual(before);
      if (!messages || !repairs) return;
      expect(lintMessages(messages)).toEqual([]);
      await mistral.chat.complete({ model: 'mistral-small-latest', messages });
      const out = JSON.stringify(messages);
      const lost = JSON.stringify(history)
        .match(/word\d+x/g)
        ?.filter((each) => !out.includes(each));
      expect(lost ?? []).toEqual([]);
      expect(out).not.toMatch(/(?<!\\)\\ud[89a-f]/);
      expect(repairMessages(messages, { for: 'chat' })).toEqual({ messages, repairs: [] });
      for (const { index } of repairs) expect(history[index]).toBeDefined();
      if (repairs.length === 0) expect(messages).toEqual(history);
    }),
    { numRuns: 600 },
  );
}, 60_000);

test('what is accepted as it is comes back as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 4 }), async (history) => {
      const isFine =
        lintMessages(history).length === 0 &&
        (await mistral.chat
          // What is accepted is one.
          .complete({ model: 'mistral-small-latest', messages: history as ChatMessage[] })
          .then(
            () =>
              !/[\ud800-\udfff]/u.test(JSON.stringify(history)) && !JSON.stringify(history).includes('\\ud'),
            () => false,
          ));
      fc.pre(isFine);

      const { messages, repairs } = repairMessages(history, { for: 'chat' });

      expect(repairs).toEqual([]);
      expect(messages.every((each, index) => each === history[index])).toBe(true);
    }),
    { numRuns: 60, maxSkipsPerRun: 1000 },
  );
}, 60_000);
