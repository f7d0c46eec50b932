import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { lintMessages, repairMessages } from '../../../src/tools/index.js';
import { refusedMessages } from '../../helpers/refused.js';

const user = { role: 'user', content: 'Hi' };
const system = { role: 'system', content: 'Be kind' };
const assistant = { role: 'assistant', content: 'Hello' };
const calls = (...ids: (string | undefined)[]) => ({
  role: 'assistant',
  content: '',
  tool_calls: ids.map((id) => ({ id, function: { name: 'f', arguments: '{}' } })),
});
const result = (id: string | undefined, content = '1') => ({ role: 'tool', tool_call_id: id, content });
const text = { type: 'text', text: 'Hello' };
const thought = (words: string) => ({ type: 'thinking', thinking: [{ type: 'text', text: words }] });
const a = 'aaaaaaaaa';
const b = 'bbbbbbbbb';
const nine = expect.stringMatching(/^[a-zA-Z0-9]{9}$/) as unknown;
const interrupted = { role: 'assistant', content: '[Interrupted before a reply]' };
const noResult = (id: unknown) => ({
  role: 'tool',
  tool_call_id: id,
  content: '[The history has no result of this tool call]',
});

type Case = readonly [
  title: string,
  given: readonly unknown[],
  expected: readonly unknown[],
  told: readonly string[],
];

function check(...[, given, expected, told]: Case): void {
  const before = structuredClone(given);

  const { messages, repairs } = repairMessages(given, { for: 'chat' });

  expect(messages).toEqual(expected);
  expect(repairs.map(({ index, rule }) => `${index} ${rule}`)).toEqual(told);
  for (const { problem, repair } of repairs) expect(`${problem}. ${repair}`).toMatch(/^[A-Z`].+\. [A-Z].+/);
  expect(refusedMessages(messages)).toEqual([]);
  expect(given).toEqual(before);
}

const cases = (list: readonly Case[]): void => test.each(list)('%s', check);

describe('a history that is fine', () => {
  test('comes back with the same messages', () => {
    const history = [
      system,
      { role: 'user', content: [text, { type: 'image_url', image_url: 'https://example.com/a.png' }] },
      { ...calls(a), content: [thought('Hm'), text] },
      { ...result(a), name: null },
      { ...assistant, tool_calls: null, prefix: false },
      { role: 'user', content: null, extra: undefined },
    ];

    const { messages, repairs } = repairMessages(history, { for: 'chat' });

    expect(repairs).toEqual([]);
    expect(messages.map((message, index) => message === history[index])).toEqual(history.map(() => true));
  });
});

describe('the ids of tool calls', () => {
  cases([
    [
      'of another API are replaced, the same in call and result',
      [user, calls('call_1'), result('call_1'), assistant, user],
      [user, calls('oIbgOS3Im'), result('oIbgOS3Im'), assistant, user],
      ['1 tool-call-id', '2 tool-call-id'],
    ],
    [
      'are filled in where they are missing',
      [user, calls(undefined), { role: 'tool', name: 'f', content: '1' }],
      [user, calls(nine as string), { role: 'tool', name: 'f', content: '1', tool_call_id: nine }],
      ['1 tool-call-id', '2 tool-call-id'],
    ],
    [
      'that two calls of a message share are told apart',
      [user, calls(a, a), result(a), result(a, '2')],
      [user, calls(a, nine as string), result(a), result(nine as string, '2')],
      ['1 duplicate-tool-call-id', '3 duplicate-tool-call-id'],
    ],
    [
      'that are numbers still belong together',
      [user, calls(7 as never), result(7 as never)],
      [user, calls(nine as string), result(nine as string)],
      ['1 tool-call-id', '1 tool-call-id', '2 tool-call-id', '2 tool-call-id'],
    ],
  ]);
});

describe('the order', () => {
  cases([
    [
      'of a user message right after a result gets an assistant message in between',
      [user, calls(a), result(a), user],
      [user, calls(a), result(a), interrupted, user],
      ['3 role-order'],
    ],
    [
      'of a system message after a reply: it follows the next user message',
      [user, assistant, system, user],
      [user, assistant, user, system],
      ['2 role-order'],
    ],
    [
      'of a system message after the last reply: it is before the reply',
      [user, assistant, system],
      [user, system, { ...assistant, prefix: true }],
      ['1 last-role', '2 role-order'],
    ],
    [
      'of a system message between a call and its result, which stay together',
      [user, calls(a), system, result(a), user],
      [user, calls(a), result(a), interrupted, user, system],
      ['2 role-order', '3 unexpected-result', '4 role-order'],
    ],
    [
      'of a last message of the assistant makes it a prefix',
      [user, assistant],
      [user, { ...assistant, prefix: true }],
      ['1 last-role'],
    ],
    [
      'of a prefix before others makes it a message',
      [user, { ...assistant, prefix: true }, user],
      [user, assistant, user],
      ['1 early-prefix'],
    ],
    [
      'of an assistant message alone begins with a message that says what is missing',
      [assistant],
      [
        { role: 'user', content: '[The beginning of this history is missing]' },
        { ...assistant, prefix: true },
      ],
      ['0 last-role', '0 first-role'],
    ],
  ]);
});

describe('results', () => {
  cases([
    [
      'that are missing are there, and say so',
      [user, calls(a, b), result(b), assistant, user],
      [user, calls(a, b), result(b), noResult(a), assistant, user],
      ['1 missing-result'],
    ],
    [
      'that are missing before a user message get a reply, too',
      [user, calls(a), user],
      [user, calls(a), noResult(a), interrupted, user],
      ['1 missing-result', '2 role-order'],
    ],
    [
      'that came late move to their call',
      [user, calls(a), user, assistant, result(a), user],
      [user, calls(a), result(a), interrupted, user, assistant, user],
      ['2 role-order', '4 unexpected-result'],
    ],
    [
      'that stand before their call move to it',
      [user, result(a), calls(a)],
      [user, calls(a), result(a)],
      ['1 unexpected-result'],
    ],
    [
      'without a call become a user message',
      [user, { ...result('call_9', 'Rain'), name: 'weather' }, assistant, user],
      [
        user,
        {
          role: 'user',
          content: '[Result of a tool call that is not in this history: call_9, weather]\n\nRain',
        },
        assistant,
        user,
      ],
      ['1 unexpected-result'],
    ],
    [
      'without a call among those of other calls become a user message before these',
      [user, calls(a), { role: 'tool', tool_call_id: b, content: [text] }, result(a)],
      [
        user,
        {
          role: 'user',
          content: [
            { type: 'text', text: `[Result of a tool call that is not in this history: ${b}]` },
            text,
          ],
        },
        calls(a),
        result(a),
      ],
      ['2 unexpected-result'],
    ],
    [
      'that come twice are one',
      [user, calls(a), result(a), result(a), assistant, user],
      [user, calls(a), result(a), assistant, user],
      ['3 duplicate-result'],
    ],
    [
      'that come twice, and differ, are in one message',
      [user, calls(a), result(a, 'Rain'), result(a, 'Sun')],
      [user, calls(a), result(a, 'Rain\n\nSun')],
      ['3 duplicate-result'],
    ],
    [
      'of one call, of which only the second has its id, are in one message',
      [user, calls(a), { role: 'tool', content: 'Rain' }, result(a, 'Sun')],
      [user, calls(a), result(a, 'Rain\n\nSun')],
      ['2 tool-call-id', '3 duplicate-result'],
    ],
    [
      'that are missing for a call without a valid id have its new one',
      [user, calls('call_1'), assistant, user],
      [user, calls('oIbgOS3Im'), noResult('oIbgOS3Im'), assistant, user],
      ['1 missing-result', '1 tool-call-id'],
    ],
    [
      'that are data become JSON',
      [user, calls(a, b), result(a, { degrees: 7 } as never), result(b, [{ type: 'Feature' }] as never)],
      [user, calls(a, b), result(a, '{"degrees":7}'), result(b, '[{"type":"Feature"}]')],
      ['2 content-form', '3 content-form'],
    ],
  ]);
});

describe('messages of the assistant', () => {
  cases([
    [
      'that are empty are taken out',
      [user, { role: 'assistant', content: null }, { role: 'assistant', content: [] }, user],
      [user, user],
      ['1 empty-assistant', '2 empty-assistant'],
    ],
    [
      'have their thinking in one block at the front',
      [user, { role: 'assistant', content: [text, thought('One'), thought('Two')] }, user],
      [
        user,
        {
          role: 'assistant',
          content: [
            {
              type: 'thinking',
              thinking: [
                { type: 'text', text: 'One' },
                { type: 'text', text: 'Two' },
              ],
            },
            text,
          ],
        },
        user,
      ],
      ['1 thought-order'],
    ],
    [
      'keep reasoning from fields of other APIs, once',
      [
        user,
        { ...assistant, reasoning_content: 'Hm' },
        {
          ...assistant,
          reasoning: 'Well',
          reasoning_details: [
            { type: 'reasoning.text', text: 'Well' },
            { type: 'reasoning.encrypted', data: 'x' },
          ],
        },
        { ...assistant, reasoning: null },
        user,
      ],
      [
        user,
        { role: 'assistant', content: [thought('Hm'), text] },
        { role: 'assistant', content: [thought('Well'), text] },
        assistant,
        user,
      ],
      ['1 unknown-field', '2 unknown-field', '2 unknown-field', '3 unknown-field'],
    ],
    [
      'lose reasoning that is encrypted for another model',
      [user, { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'x' }, text] }, user],
      [user, { role: 'assistant', content: [text] }, user],
      ['1 content-form'],
    ],
    [
      'lose a thought without words',
      [
        user,
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', id: 'rs_1', summary: [] },
            { type: 'thinking', thinking: '', signature: 'x' },
            text,
          ],
        },
        user,
      ],
      [user, { role: 'assistant', content: [text] }, user],
      ['1 content-form', '1 content-form'],
    ],
    [
      'keep what a refusal and audio say',
      [
        user,
        { role: 'assistant', content: null, refusal: 'No.', audio: { id: 'x', transcript: 'Never.' } },
        user,
      ],
      [user, { role: 'assistant', content: 'No.\n\nNever.' }, user],
      ['1 unknown-field', '1 unknown-field'],
    ],
    [
      'lose the fields that only responses of other APIs have',
      [user, { ...assistant, refusal: null, annotations: [], function_call: null, id: 'msg_1' }, user],
      [user, assistant, user],
      ['1 unknown-field', '1 unknown-field', '1 unknown-field', '1 unknown-field'],
    ],
  ]);
});

describe('tool calls', () => {
  const called = (call: object) => [user, { role: 'assistant', tool_calls: [call] }, result(a)];
  const repaired = (name: string, given: unknown, more = {}) =>
    called({ id: a, ...more, function: { name, arguments: given } });
  cases([
    [
      'keep arguments that are an object',
      repaired('f', { city: 'Lyon' }),
      repaired('f', { city: 'Lyon' }),
      [],
    ],
    [
      'have no halves of characters in the names of arguments',
      repaired('f', { 'city\ud83d': 1 }),
      repaired('f', { 'city\ufffd': 1 }),
      ['1 lone-surrogate'],
    ],
    ['get arguments if they have none', repaired('f', null), repaired('f', '{}'), ['1 tool-call-form']],
    [
      'get a name that the API takes',
      repaired('my tool', '{}'),
      repaired('my_tool', '{}'),
      ['1 function-name'],
    ],
    [
      'have no fields but their own',
      called({ id: a, extra: 1, function: { name: 'f', arguments: '{}', strict: true } }),
      repaired('f', '{}'),
      ['1 unknown-field', '1 unknown-field'],
    ],
    [
      'with a free text have it among their arguments',
      called({ id: a, type: 'custom', custom: { name: 'f', input: 'Lyon' } }),
      repaired('f', { input: 'Lyon' }),
      ['1 tool-call-form'],
    ],
    [
      'with name and arguments in themselves have a function',
      called({ id: a, name: 'f', args: { city: 'Lyon' } }),
      repaired('f', { city: 'Lyon' }),
      ['1 tool-call-form'],
    ],
    [
      'of the old form, with their results',
      [
        user,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: '1' },
      ],
      [
        user,
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: nine, function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', name: 'f', content: '1', tool_call_id: nine },
      ],
      ['1 unknown-field', '1 tool-call-id', '2 unknown-role', '2 tool-call-id'],
    ],
    [
      'in a user message become text',
      [{ ...user, tool_calls: [{ id: a }] }],
      [{ role: 'user', content: `Hi\n\n[Content of another API: {"id":"${a}"}]` }],
      ['0 unknown-field', '0 tool-call-form'],
    ],
  ]);
});

describe('content', () => {
  const said = (...content: unknown[]) => [{ role: 'user', content }];
  const form = ['0 content-form'];
  cases([
    ['of OpenAI is text', said({ type: 'input_text', text: 'Hello' }), said(text), form],
    [
      'of OpenAI is an image',
      said({ type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' }),
      said({ type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } }),
      form,
    ],
    [
      'of OpenAI is audio',
      said({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }),
      said({ type: 'input_audio', input_audio: 'AAAA' }),
      form,
    ],
    [
      'of OpenAI is a file',
      said({ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } }),
      said({
        type: 'document_url',
        document_url: 'data:application/pdf;base64,AAAA',
        document_name: 'a.pdf',
      }),
      form,
    ],
    [
      'is a file of another API, which has no form here',
      said({ type: 'file', file_id: 'file-1' }),
      said({ type: 'text', text: '[Content of another API: {"type":"file","file_id":"file-1"}]' }),
      form,
    ],
    [
      'of Anthropic is an image',
      said({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }),
      said({ type: 'image_url', image_url: 'data:image/png;base64,AAAA' }),
      form,
    ],
    [
      'of Anthropic is a document',
      said({ type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' }, title: 'A' }),
      said({ type: 'document_url', document_url: 'https://example.com/a.pdf', document_name: 'A' }),
      form,
    ],
    [
      'of Anthropic is a document of text, whose title is its first line',
      said({
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'Once upon a time' },
        title: 'Tale',
      }),
      said({ type: 'text', text: 'Tale\n\nOnce upon a time' }),
      form,
    ],
    ['is a text among blocks', said('Hello', text), said(text, text), form],
    ['is a single block', [{ role: 'user', content: text }], said(text), form],
    ['is a number', [{ role: 'user', content: 7 }], [{ role: 'user', content: '7' }], form],
    ['is missing', [{ role: 'user' }], [{ role: 'user', content: '' }], form],
    [
      'of an unknown type becomes text that says so',
      said({ type: 'hologram', label: 'cat' }),
      said({ type: 'text', text: '[Content of another API: {"type":"hologram","label":"cat"}]' }),
      form,
    ],
    [
      'of an unknown type has what JSON has not as text',
      said({ type: 'hologram', size: 7n }),
      said({ type: 'text', text: '[Content of another API: {"type":"hologram","size":"7"}]' }),
      form,
    ],
    [
      'of an unknown type loses encoded bytes',
      said({ type: 'hologram', data: 'A'.repeat(2000) }),
      said({
        type: 'text',
        text: `[Content of another API: {"type":"hologram","data":"${'A'.repeat(32)}… (2000 characters)"}]`,
      }),
      form,
    ],
    [
      'has no fields but its own',
      said({ ...text, cache_control: { type: 'ephemeral' } }),
      said(text),
      ['0 unknown-field'],
    ],
    [
      'has no halves of characters',
      said({ type: 'text', text: 'Hello \ud83d' }),
      said({ type: 'text', text: 'Hello \ufffd' }),
      ['0 lone-surrogate'],
    ],
    [
      'of a system message is text alone',
      [{ role: 'system', content: [{ type: 'image_url', image_url: 'x' }] }, user],
      [
        {
          role: 'system',
          content: [{ type: 'text', text: '[Content of another API: {"type":"image_url","image_url":"x"}]' }],
        },
        user,
      ],
      form,
    ],
  ]);
});

describe('messages of other APIs', () => {
  cases([
    [
      'of a developer are of the system',
      [{ role: 'developer', content: 'Be kind' }, user],
      [system, user],
      ['0 unknown-role'],
    ],
    [
      'of the system without content are taken out',
      [{ role: 'system', content: null }, { role: 'system' }, user],
      [user],
      ['0 empty-system', '1 empty-system'],
    ],
    [
      'with a name say it in their text',
      [
        { ...user, name: 'Ada' },
        { role: 'user', content: [text], name: 'Bob' },
        { ...assistant, name: 'bot' },
        user,
      ],
      [
        { role: 'user', content: 'Ada: Hi' },
        { role: 'user', content: [{ type: 'text', text: 'Bob: ' }, text] },
        assistant,
        user,
      ],
      ['0 unknown-field', '1 unknown-field', '2 unknown-field'],
    ],
    [
      'with blocks of tool use and its results',
      [
        user,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 'x' },
            text,
            { type: 'tool_use', id: 'toolu_1', name: 'f', input: { city: 'Lyon' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'Rain' }] },
            text,
          ],
        },
      ],
      [
        user,
        {
          role: 'assistant',
          content: [thought('Hm'), text],
          tool_calls: [{ id: nine, function: { name: 'f', arguments: { city: 'Lyon' } } }],
        },
        { role: 'tool', tool_call_id: nine, content: [{ type: 'text', text: 'Rain' }] },
        interrupted,
        { role: 'user', content: [text] },
      ],
      [
        '1 content-form',
        '1 content-form',
        '1 tool-call-id',
        '2 content-form',
        '2 role-order',
        '2 tool-call-id',
      ],
    ],
    [
      'with a call both in the content and in `tool_calls` have it once',
      [
        user,
        {
          ...calls(a),
          content: [text, { type: 'tool_use', id: a, name: 'f', input: {} }],
        },
        result(a),
      ],
      [user, { ...calls(a), content: [text] }, result(a)],
      ['1 content-form'],
    ],
    [
      'with two calls of one id that differ have both',
      [
        user,
        { ...calls(a), content: [text, { type: 'tool_use', id: a, name: 'g', input: {} }] },
        result(a),
        result(a, '2'),
      ],
      [
        user,
        {
          role: 'assistant',
          content: [text],
          tool_calls: [
            { id: a, function: { name: 'f', arguments: '{}' } },
            { id: nine, function: { name: 'g', arguments: {} } },
          ],
        },
        result(a),
        result(nine as string, '2'),
      ],
      ['1 content-form', '1 duplicate-tool-call-id', '3 duplicate-tool-call-id'],
    ],
    [
      'that are items of responses',
      [
        { role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] },
        { type: 'function_call', id: 'fc_1', call_id: a, name: 'f', arguments: '{}', status: 'completed' },
        { type: 'function_call_output', call_id: a, output: 'Rain' },
      ],
      [
        { role: 'user', content: [text] },
        { role: 'assistant', content: [thought('Hm')] },
        { role: 'assistant', tool_calls: [{ id: a, function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: a, content: 'Rain' },
      ],
      ['0 content-form', '1 unknown-role', '1 unknown-field', '2 unknown-role', '3 unknown-role'],
    ],
  ]);
});

test('says what was wrong and what was done', () => {
  const { repairs } = repairMessages([user, calls('call_1'), result('call_1')], { for: 'chat' });

  expect(repairs[0]).toEqual({
    index: 1,
    rule: 'tool-call-id',
    problem: 'The tool call id "call_1" is not nine letters or digits',
    repair: 'It is "oIbgOS3Im" now',
  });
});

test('gives the same ids when the history has grown', () => {
  const history = [user, calls('call_1', undefined as never), result('call_1'), result(undefined), assistant];

  const first = repairMessages([...history, user], { for: 'chat' }).messages;
  const grown = repairMessages([...history, user, assistant, user], { for: 'chat' }).messages;

  expect(grown.slice(0, first.length)).toEqual(first);
  expect(lintMessages(grown)).toEqual([]);
});

const cyclic: Record<string, unknown> = { role: 'user' };
cyclic.content = [cyclic];

test.each([
  ['what is not a list', 'hello', '`messages` must be an array of messages'],
  ['an empty list', [], '`messages` has nothing to send; begin with a user message'],
  ['a history in which nobody says anything', [{ role: 'assistant', content: '' }], 'nothing to send'],
  ['what is not a message', [user, 'hello'], '`messages[1]` is string; expected an object with `role`'],
  ['a list as a message', [[user]], '`messages[0]` is a list; expected an object with `role`'],
  [
    'a role that is unknown',
    [user, { role: 'narrator', content: 'x' }],
    'The role of `messages[1]` is "narrator"',
  ],
  ['a role that is missing', [{ content: 'x' }], 'give it one of system, user, assistant and tool'],
  [
    'a message that contains itself',
    [cyclic],
    '`messages[0]` is nested too deeply, or refers back to itself',
  ],
])('refuses %s', (_, messages, expected) => {
  const repair = () => repairMessages(messages as never, { for: 'chat' });

  expect(repair).toThrow(ArgumentError);
  expect(repair).toThrow(expected);
});

test('refuses another purpose than a chat', () => {
  expect(() => repairMessages([user], { for: 'poem' as never })).toThrow("`for` must be 'chat'");
  expect(() => repairMessages([user], undefined as never)).toThrow(ArgumentError);
  expect(() => repairMessages([user], { for: 'chat', mode: 1 } as never)).toThrow('no option `mode`');
});
