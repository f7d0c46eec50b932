import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { lintMessages, normalizeToolIds } from '../../../src/tools/index.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';

const nine = /^[a-zA-Z0-9]{9}$/;

const imported = [
  { role: 'user', content: 'Weather in Lyon and Nice?' },
  {
    role: 'assistant',
    tool_calls: [
      { id: 'call_abc', function: { name: 'weather', arguments: '{"city":"Lyon"}' } },
      { id: 'call_def', function: { name: 'weather', arguments: '{"city":"Nice"}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'call_def', content: 'Sun' },
  { role: 'tool', tool_call_id: 'call_abc', content: 'Rain' },
  { role: 'assistant', content: 'Rain and sun.' },
  { role: 'user', content: 'Thanks' },
];

type Loose = { role: string; tool_call_id?: string; tool_calls?: { id?: string }[]; content?: string };

describe('normalizeToolIds()', () => {
  test('gives nine letters or digits to calls, and to each result the id of its call', () => {
    const [, assistant, second, first] = normalizeToolIds(imported as Loose[]);

    expect(assistant!.tool_calls!.map(({ id }) => id)).toEqual([
      expect.stringMatching(nine),
      expect.stringMatching(nine),
    ]);
    expect(first!.tool_call_id).toBe(assistant!.tool_calls![0]!.id);
    expect(second!.tool_call_id).toBe(assistant!.tool_calls![1]!.id);
    expect(lintMessages(normalizeToolIds(imported))).toEqual([]);
  });

  test('leaves the history that it is given as it was, and messages without ids the same objects', () => {
    const before = structuredClone(imported);

    const normalized = normalizeToolIds(imported);

    expect(imported).toEqual(before);
    expect(normalized[0]).toBe(imported[0]);
    expect(normalized[4]).toBe(imported[4]);
  });

  test('keeps ids that are right, and gives none of them a second time', () => {
    const wrong = { role: 'assistant', tool_calls: [{ id: 'x', function: { name: 'f', arguments: '' } }] };
    const [{ tool_calls: calls }] = normalizeToolIds([wrong] as Loose[]) as [Loose];
    const taken = calls![0]!.id!;
    const right = { role: 'assistant', tool_calls: [{ id: taken, function: { name: 'f', arguments: '' } }] };

    const [first, second] = normalizeToolIds([wrong, right] as Loose[]);

    expect(second).toBe(right);
    expect(first!.tool_calls![0]!.id).not.toBe(taken);
    expect(first!.tool_calls![0]!.id).toMatch(nine);
  });

  test('gives the same ids when the history has grown', () => {
    const grown = [...imported, { role: 'assistant', content: 'You are welcome.' }];

    expect(normalizeToolIds(grown).slice(0, imported.length)).toEqual(normalizeToolIds(imported));
  });

  test('keeps apart calls of several messages that were numbered anew each time', () => {
    const round = (content: string): Loose[] => [
      { role: 'assistant', tool_calls: [{ id: '0' }, { id: '1' }] },
      { role: 'tool', tool_call_id: '0', content },
      { role: 'tool', tool_call_id: '1', content },
    ];

    const normalized = normalizeToolIds([...round('a'), ...round('b')]);

    const ids = normalized.flatMap(({ tool_calls }) => tool_calls?.map(({ id }) => id) ?? []);
    expect(new Set(ids).size).toBe(4);
    expect(normalized.flatMap(({ tool_call_id }) => tool_call_id ?? [])).toEqual(ids);
  });

  test('fills ids in that are missing, and finds the call of a result by its name', () => {
    const [assistant, second, first] = normalizeToolIds([
      {
        role: 'assistant',
        tool_calls: [{ function: { name: 'a' } }, { id: 'null', function: { name: 'b' } }],
      },
      { role: 'tool', name: 'b', content: '2' },
      { role: 'tool', content: '1' },
    ] as Loose[]);

    expect(assistant!.tool_calls!.map(({ id }) => id)).toEqual([first!.tool_call_id, second!.tool_call_id]);
    expect(first!.tool_call_id).toMatch(nine);
  });

  test('renames the second of two calls of one message that share a right id', () => {
    const [assistant, first, second] = normalizeToolIds([
      { role: 'assistant', tool_calls: [{ id: 'aaaaaaaaa' }, { id: 'aaaaaaaaa' }] },
      { role: 'tool', tool_call_id: 'aaaaaaaaa', content: '1' },
      { role: 'tool', tool_call_id: 'aaaaaaaaa', content: '2' },
    ] as Loose[]);

    const [a, b] = assistant!.tool_calls!.map(({ id }) => id);
    expect(a).toBe('aaaaaaaaa');
    expect(b).toMatch(nine);
    expect(b).not.toBe(a);
    expect([first!.tool_call_id, second!.tool_call_id]).toEqual([a, b]);
  });

  test('a result without a call gets a right id, and stays without a call', () => {
    const normalized = normalizeToolIds([
      { role: 'user', content: 'Hi' },
      { role: 'tool', tool_call_id: 'call_x', content: '1' },
    ] as Loose[]);

    expect(normalized[1]!.tool_call_id).toMatch(nine);
    expect(lintMessages(normalized).map(({ rule }) => rule)).toEqual(['unexpected-result']);
  });

  test('changes nothing the second time, whatever the ids are', () => {
    const id = fc.oneof(fc.string(), fc.constantFrom('0', '1', 'aaaaaaaaa', undefined));
    const message = fc.oneof(
      fc.record({
        role: fc.constant('assistant'),
        tool_calls: fc.array(fc.record({ id }), { maxLength: 3 }),
      }),
      fc.record({ role: fc.constant('tool'), tool_call_id: id }),
      fc.constant({ role: 'user', content: 'x' }),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const once = normalizeToolIds(messages as Loose[]);
        expect(normalizeToolIds(once)).toEqual(once);
        for (const { tool_calls: calls = [] } of once) {
          expect(new Set(calls.map((call) => call.id)).size).toBe(calls.length);
          for (const call of calls) expect(call.id).toMatch(nine);
        }
      }),
    );
  });

  test('refuses what is no list of messages', () => {
    expect(() => normalizeToolIds('hello' as never)).toThrow(ArgumentError);
    expect(() => normalizeToolIds([{}, null] as never)).toThrow('`messages[1]` is not a message');
  });
});
