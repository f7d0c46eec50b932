import fc from 'fast-check';
import { expect, test } from 'vitest';

import { textOf, thinkingOf, type ChatCompletionChoice, type CompletionChunk } from '../../src/index.js';
import { client } from '../helpers/api.js';
import { sse } from '../helpers/event-stream.js';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const block = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: text.filter((value) => value !== '') }),
  fc.record({ type: fc.constant('reference' as const), reference_ids: fc.array(fc.nat(), { maxLength: 2 }) }),
  fc.record({
    type: fc.constant('thinking' as const),
    thinking: fc.tuple(fc.record({ type: fc.constant('text' as const), text })),
    closed: fc.constant(true),
  }),
);
/** Of two adjacent texts, or thoughts, one block is made; references stay apart. */
const blocks = fc
  .array(block, { minLength: 1, maxLength: 5 })
  .filter((all) => all.every(({ type }, index) => type === 'reference' || all[index - 1]?.type !== type));
const toolCalls = fc
  .array(fc.record({ name: text, arguments: text }), { maxLength: 3 })
  .map((calls) => calls.map((call, index) => ({ id: `call0000${index}`, function: call, index })));
const choice = fc.record({ content: fc.oneof(text, blocks), calls: toolCalls });

type Delta = CompletionChunk['choices'][number]['delta'];

/** A string in pieces, cut where the numbers say. */
function pieces(value: string, cuts: readonly number[]): string[] {
  const characters = [...value];
  const places = [0, ...cuts.map((cut) => cut % (characters.length + 1)), characters.length].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => characters.slice(places[index], end).join(''));
}

test('any answer, cut into any deltas, cut into any bytes, is the answer again', async () => {
  const cuts = fc.array(fc.nat(), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(choice, { minLength: 1, maxLength: 3 }),
      cuts,
      cuts,
      async (choices, at, bytesAt) => {
        const deltas = choices.map(({ content, calls }): Delta[] => {
          const opening: Delta = { role: 'assistant', content: typeof content === 'string' ? '' : null };
          const parts: Delta[] =
            typeof content === 'string'
              ? pieces(content, at).map((part) => ({ content: part }))
              : content.map((part) => ({ content: [part] }));
          const tools = calls.flatMap(({ id, index, function: { name, arguments: whole } }) =>
            pieces(whole, at).map((part, number) => ({
              tool_calls: [
                number === 0
                  ? { id, index, function: { name, arguments: part } }
                  : { index, function: { name: '', arguments: part } },
              ],
            })),
          );
          return [opening, ...parts, ...tools];
        });
        const longest = Math.max(...deltas.map(({ length }) => length));
        const head = { id: 'cmpl-1', model: 'm', created: 1 };
        // The choices take turns.
        const chunks = Array.from({ length: longest }, (_, turn) =>
          deltas.flatMap((all, index) =>
            all[turn] ? [{ index, delta: all[turn], finish_reason: null }] : [],
          ),
        ).map((turn) => ({ ...head, choices: turn }));
        const last = deltas.map((_, index) => ({ index, delta: {}, finish_reason: 'stop' }));
        const bytes = new TextEncoder().encode(sse(...chunks, { ...head, choices: last }, '[DONE]'));
        const mistral = client({ fetch: async () => answering(bytes, bytesAt) });

        const stream = mistral.chat.stream({ model: 'm', messages: [{ role: 'user', content: 'Bonjour' }] });
        const spoken: string[] = [];
        const thought: string[] = [];
        stream.on('text', (delta, _, index) => void (spoken[index] = (spoken[index] ?? '') + delta));
        stream.on('thinking', (delta, _, index) => void (thought[index] = (thought[index] ?? '') + delta));
        const completion = await stream.finalCompletion();

        expect(completion).toEqual({
          ...head,
          object: 'chat.completion',
          choices: choices.map(({ content, calls }, index): ChatCompletionChoice => ({
            index,
            message: { role: 'assistant', content, ...(calls.length > 0 ? { tool_calls: calls } : {}) },
            finish_reason: 'stop',
          })),
        });
        for (const [index, { content }] of choices.entries()) {
          expect(spoken[index] ?? '').toBe(textOf(content));
          expect(thought[index] ?? '').toBe(thinkingOf(content));
        }
      },
    ),
    { numRuns: 300 },
  );
});

function answering(bytes: Uint8Array<ArrayBuffer>, cuts: readonly number[]): Response {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [index, end] of places.slice(1).entries())
        controller.enqueue(bytes.slice(places[index], end));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
