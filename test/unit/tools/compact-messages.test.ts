import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import type { ChatCompletionRequest } from '../../../generated/types.gen.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import {
  compactMessages,
  compactRounds,
  lintMessages,
  runTools,
  tool,
  type CompactOptions,
} from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { scripted } from '../../helpers/scripted.js';
import { call, calling, json, saying } from '../../helpers/tool-replies.js';

type Message = ChatCompletionRequest['messages'][number];

const system: Message = { role: 'system', content: 'Be short.' };
const user = (content: string): Message => ({ role: 'user', content });
const reply = (content: string): Message => ({ role: 'assistant', content });
/** A reply that calls a tool, and the result. */
const round = (id: string): Message[] => [
  { role: 'assistant', content: '', tool_calls: [call(id, 'look')] },
  { role: 'tool', tool_call_id: id, name: 'look', content: id },
];
const id = (number: number): string => String(number).padStart(9, '0');
/** A message is a token. */
const countTokens = () => 1;

describe('a history', () => {
  const long = [system, user('1'), reply('2'), user('3'), reply('4'), user('5')];

  test('that is short enough stays as it is, and nothing is summarized', async () => {
    const summarize = vi.fn(() => 'Never');
    const compacted = await compactMessages(long, { maxTokens: 6, countTokens, summarize });

    expect(compacted).toEqual({ messages: long, removed: [] });
    expect(summarize).not.toHaveBeenCalled();
  });

  test('that is too long loses its beginning, but for the system message, and a summary stands for it', async () => {
    const summarize = vi.fn<(left: readonly Message[]) => string>(() => 'They counted to 3.');
    const compacted = await compactMessages(long, { maxTokens: 5, keepTokens: 3, countTokens, summarize });

    expect(compacted.messages).toEqual([
      system,
      user('[A summary of the conversation before, which was left out]\nThey counted to 3.'),
      reply('4'),
      user('5'),
    ]);
    expect(compacted.removed).toEqual(long.slice(1, 4));
    expect(compacted.summary).toBe('They counted to 3.');
    expect(summarize.mock.calls).toEqual([[long.slice(1, 4)]]);
  });

  test('is only cut where nothing summarizes', async () => {
    const { messages } = await compactMessages(long, { maxTokens: 5, keepTokens: 2, countTokens });

    expect(messages).toEqual([system, user('5')]);
  });

  test('keeps a call with its result, and the last task of the user', async () => {
    const run = [system, user('Old'), reply('Yes'), user('The task'), ...round(id(1)), ...round(id(2))];
    const { messages } = await compactMessages(run, { maxTokens: 4, countTokens });

    expect(messages).toEqual([system, user('The task'), ...round(id(2))]);
  });

  test('of what must stay is longer than the budget, and stays', async () => {
    const { messages, removed } = await compactMessages([system, ...round(id(1))], {
      maxTokens: 1,
      countTokens,
    });

    expect([messages.length, removed.length]).toEqual([3, 0]);
    expect((await compactMessages([system, system], { maxTokens: 1, countTokens })).removed).toEqual([]);
  });

  test('counts a token for four characters of JSON, unless told otherwise', async () => {
    const message = user('x'.repeat(70));
    const tokens = Math.ceil(JSON.stringify(message).length / 4);
    const removedBy = async (maxTokens: number) =>
      (await compactMessages([message, message], { maxTokens })).removed.length;

    expect(await removedBy(2 * tokens)).toBe(0);
    expect(await removedBy(2 * tokens - 1)).toBe(1);
  });
});

test('a model summarizes, with the messages as JSON, and says what that cost', async () => {
  const client = scripted([json(saying('They counted.'))]);
  const { summary, usage } = await compactMessages([user('1'), reply('2'), user('3')], {
    maxTokens: 2,
    keepTokens: 1,
    countTokens,
    summarize: { client: client.mistral.chat, model: 'small', maxTokens: 50 },
  });

  expect(summary).toBe('They counted.');
  expect(usage?.total_tokens).toBe(15);
  const body = JSON.parse(client.fetch.mock.calls[0]![1].body as string) as { messages: Message[] };
  expect(body).toMatchObject({ model: 'small', max_tokens: 50 });
  expect(body.messages[1]).toEqual(user(JSON.stringify([user('1'), reply('2')])));
});

test('a model that writes nothing is an error, and no message is lost', async () => {
  const client = scripted([json(saying(''))]);
  const failure = await failureOf(
    compactMessages([user('1'), user('2')], {
      maxTokens: 1,
      countTokens,
      summarize: { client: client.mistral.chat, model: 'small' },
    }),
  );

  expect(failure).toBeInstanceOf(MistralError);
  expect(String(failure)).toContain('small wrote no summary');
});

test.each<[unknown, string]>([
  [undefined, 'an object with `maxTokens`'],
  [{}, '`maxTokens` must be'],
  [{ maxTokens: 1.5 }, '`maxTokens` must be'],
  [{ maxTokens: 2, keepTokens: 3 }, '`keepTokens` must be'],
  [{ max_tokens: 2 }, 'Did you mean `maxTokens`?'],
  [{ maxTokens: 2, summarize: 'x' }, '`summarize` must be'],
  [{ maxTokens: 2, summarize: { model: 'm' } }, '`summarize` must be'],
  [{ maxTokens: 2, countTokens: 4 }, '`countTokens` must be'],
])('%j is refused, for messages and for rounds', async (options, problem) => {
  const failure = await failureOf(compactMessages([user('1')], options as CompactOptions));

  expect(failure).toBeInstanceOf(ArgumentError);
  expect(String(failure)).toContain(problem);
  expect(() => compactRounds(options as CompactOptions)).toThrow(problem);
});

test('a list of something else than messages is refused', async () => {
  for (const messages of [undefined, 'x', [null], [user('1'), 'x']])
    expect(String(await failureOf(compactMessages(messages as never, { maxTokens: 1 })))).toContain(
      'must be an array of messages',
    );
});

test('a `summarize` that returns no text is refused', async () => {
  const options = { maxTokens: 1, countTokens, summarize: () => undefined as never };

  expect(String(await failureOf(compactMessages([user('1'), user('2')], options)))).toContain(
    'must return a text',
  );
});

test('whatever the history, what is sent passes the lint, is within the budget where it can be, and loses nothing', async () => {
  const turn = fc.record({ rounds: fc.nat(3), ends: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 12 }),
      async (turns, maxTokens) => {
        let number = 0;
        const history = [
          system,
          ...turns.flatMap(({ rounds }, index) => [
            user(`Task ${index}`),
            ...Array.from({ length: rounds }, () => round(id((number += 1)))).flat(),
            reply(`Done ${index}`),
          ]),
          user('And now?'),
        ];
        const { messages, removed } = await compactMessages(history, {
          maxTokens,
          countTokens,
          summarize: () => 'Before',
        });

        expect(lintMessages(messages)).toEqual([]);
        const isSummary = ({ content }: Message) => String(content).startsWith('[A summary');
        const kept = messages.filter((message) => !isSummary(message));
        expect(history.filter((message) => kept.includes(message) !== removed.includes(message))).toEqual(
          history,
        );
        expect(kept.length + removed.length).toBe(history.length);
        expect(kept.length).toBeLessThanOrEqual(
          history.length <= maxTokens ? maxTokens : Math.max(2, Math.floor(maxTokens / 2)),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('rounds of a run are compacted, each summary is one of the last and what followed, and the history is whole', async () => {
  const look = tool({
    name: 'look',
    description: 'x',
    parameters: { type: 'object' },
    execute: () => 'seen',
  });
  const client = scripted([
    ...[1, 2, 3, 4].map((number) => json(calling(call(id(number), 'look')))),
    json(saying('Done.')),
  ]);
  const seen: string[][] = [];
  const prepareRound = compactRounds({
    maxTokens: 6,
    keepTokens: 4,
    countTokens,
    summarize: (left) => {
      seen.push(left.map(({ role, content }) => (role === 'user' ? String(content).slice(0, 10) : role)));
      return `Summary ${seen.length}`;
    },
  });

  const { messages, endedBy } = await runTools(
    client.mistral.chat,
    { model: 'm', messages: [system, user('The task')] },
    { tools: [look], prepareRound },
  );

  const sent = client.fetch.mock.calls.map(
    ([, { body }]) => (JSON.parse(body as string) as { messages: Message[] }).messages,
  );
  expect(endedBy).toBe('reply');
  expect(messages).toHaveLength(11);
  expect(sent.map(({ length }) => length)).toEqual([2, 4, 6, 5, 5]);
  expect(seen).toEqual([
    ['assistant', 'tool', 'assistant', 'tool'],
    ['[A summary', 'assistant', 'tool'],
  ]);
  for (const each of sent) expect(lintMessages(each)).toEqual([]);
});
