import { expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { lintMessages } from '../../../src/tools/index.js';

const user = { role: 'user', content: 'Hi' };
const system = { role: 'system', content: 'Be kind' };
const assistant = { role: 'assistant', content: 'Hello' };
const calls = (...ids: (string | undefined)[]) => ({
  role: 'assistant',
  content: '',
  tool_calls: ids.map((id) => ({ id, function: { name: 'f', arguments: '{}' } })),
});
const result = (id: string | undefined) => ({ role: 'tool', tool_call_id: id, content: '1' });
const text = { type: 'text', text: 'Hello' };
const thought = { type: 'thinking', thinking: [text] };
const said = (...content: object[]) => ({ role: 'assistant', content });
const a = 'aaaaaaaaa';
const b = 'bbbbbbbbb';

const rulesOf = (...messages: object[]) =>
  lintMessages(messages).map(({ index, rule }) => `${index} ${rule}`);

test.each([
  ['one question', [user]],
  ['a system message alone', [system]],
  ['a system message after the user', [user, system, user]],
  ['two user messages in a row', [user, user]],
  ['two assistant messages in a row', [user, assistant, assistant, user]],
  ['results at the end', [user, calls(a, b), result(a), result(b)]],
  ['results in another order', [user, calls(a, b), result(b), result(a), assistant, user]],
  ['the same id in two messages', [user, calls(a), result(a), calls(a), result(a)]],
  ['a prefix at the end', [user, { ...assistant, prefix: true }]],
  ['content and calls together', [user, { ...calls(a), content: 'Let me see' }, result(a)]],
  ['no tool calls, as null', [user, { ...assistant, tool_calls: null }, user]],
  ['one block of thinking at the front', [user, said(thought, text), user]],
  [
    'every field that a message may have',
    [user, { ...calls(a), prefix: false }, { ...result(a), name: 'f' }],
  ],
  ['a field that is not sent', [{ ...user, id: undefined }]],
  ['a block of a type that is not known yet', [{ role: 'user', content: [{ type: 'hologram', scale: 1 }] }]],
  ['a result without content', [user, calls(a), { ...result(a), content: null }]],
])('lets pass %s', (_, messages) => {
  expect(lintMessages(messages)).toEqual([]);
});

test.each([
  ['no messages', [], ['0 no-messages']],
  ['a role that there is not', [{ role: 'function', content: 'x' }], ['0 unknown-role']],
  ['what is no message', [null as never, user], ['0 unknown-role']],
  ['a user right after a result', [user, calls(a), result(a), user], ['3 role-order']],
  ['a system message after a result', [user, calls(a), result(a), system, user], ['3 role-order']],
  ['a system message after an answer', [user, assistant, system, user], ['2 role-order']],
  ['an answer at the end', [user, assistant], ['1 last-role']],
  ['a prefix alone', [{ ...assistant, prefix: true }], ['0 first-role']],
  ['an answer without anything', [user, { role: 'assistant', content: '' }, user], ['1 empty-assistant']],
  ['an answer of no blocks', [user, { role: 'assistant', content: [] }, user], ['1 empty-assistant']],
  [
    'an answer of null',
    [user, { role: 'assistant', content: null, tool_calls: [] }, user],
    ['1 empty-assistant'],
  ],
  ['thinking after text', [user, said(text, thought), user], ['1 thought-order']],
  ['a second block of thinking', [user, said(thought, thought, text), user], ['1 thought-order']],
  ['an unknown field', [{ ...user, id: 1 }], ['0 unknown-field']],
  ['an unknown field that is null', [user, { ...assistant, refusal: null }, user], ['1 unknown-field']],
  ['a field of another role', [{ ...user, tool_call_id: a }], ['0 unknown-field']],
  [
    'unknown fields in blocks, in thinking and in calls',
    [
      user,
      {
        ...said({ type: 'thinking', thinking: [{ ...text, at: 1 }] }, { ...text, citations: [] }),
        tool_calls: [{ id: a, extra: 1, function: { name: 'f', arguments: '{}', strict: true } }],
      },
      result(a),
    ],
    ['1 unknown-field', '1 unknown-field', '1 unknown-field', '1 unknown-field'],
  ],
  ['a system message of null', [{ role: 'system', content: null }, user], ['0 empty-system']],
  ['a prefix before others', [user, { ...assistant, prefix: true }, user], ['1 early-prefix']],
  ['ids of others', [user, calls('call_1'), result('call_1')], ['1 tool-call-id', '2 tool-call-id']],
  ['ids that are missing', [user, calls(undefined), result(undefined)], ['1 tool-call-id', '2 tool-call-id']],
  ['two calls of one id', [user, calls(a, a), result(a)], ['1 duplicate-tool-call-id']],
  ['a call without a result', [user, calls(a, b), result(a), assistant, user], ['1 missing-result']],
  ['a call at the end', [user, calls(a)], ['1 missing-result']],
  [
    'a user before the result',
    [user, calls(a), user, result(a)],
    ['1 missing-result', '3 unexpected-result'],
  ],
  ['a result without a call', [user, result(a)], ['1 unexpected-result']],
  ['a result at the beginning', [result(a), assistant, user], ['0 unexpected-result']],
  [
    'a result for a call of before',
    [user, calls(a), result(a), assistant, result(a)],
    ['4 unexpected-result'],
  ],
  ['two results of one call', [user, calls(a), result(a), result(a)], ['3 duplicate-result']],
  [
    'a function name with a space',
    [
      user,
      { role: 'assistant', tool_calls: [{ id: a, function: { name: 'my tool' } }] },
      { ...result(a), name: 'my tool' },
    ],
    ['1 function-name', '2 function-name'],
  ],
])('finds %s', (_, messages, expected) => {
  expect(rulesOf(...messages)).toEqual(expected);
});

test('says what is wrong and what to do', () => {
  expect(lintMessages([user, calls('call_1'), result('call_1')])[0]).toEqual({
    index: 1,
    rule: 'tool-call-id',
    problem: 'The tool call id "call_1" is not nine letters or digits',
    fix: 'Give calls and results ids that the API takes: `normalizeToolIds(messages)`',
  });
});

test('names the field that is unknown, and where it is', () => {
  const [problem, ...others] = lintMessages([user, said({ ...text, citations: [] }), user]);

  expect(problem).toEqual({
    index: 1,
    rule: 'unknown-field',
    problem: 'The assistant message has `content[0].citations`, a field that requests do not have',
    fix: 'Take it out',
  });
  expect(others).toEqual([]);
});

test('finds all there is, in the order of the messages, and changes nothing', () => {
  const messages = [{ role: 'system', content: null }, calls('x'), user, assistant];
  const before = structuredClone(messages);

  expect(rulesOf(...messages)).toEqual([
    '0 empty-system',
    '1 tool-call-id',
    '1 missing-result',
    '3 last-role',
  ]);
  expect(messages).toEqual(before);
});

test('refuses what is no list', () => {
  expect(() => lintMessages(undefined as never)).toThrow(ArgumentError);
});
