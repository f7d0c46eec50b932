import { describe, expect, test } from 'vitest';

import type { MockSchema } from '../../../generated/mock.gen.js';
import { checkValue } from '../../../src/testing/check-value.js';
import { createMockMistral, type MockOptions } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';

const user = { role: 'user', content: 'Bonjour' };
const chat = { model: 'mistral-small-latest', messages: [user] };

async function post(path: string, json: unknown, options: MockOptions = {}) {
  const response = await createMockMistral({}, options).fetch(`https://api.mistral.ai${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  return { status: response.status, body: await response.json() };
}

const complete = (changes: object, options?: MockOptions) =>
  post('/v1/chat/completions', { ...chat, ...changes }, options);

describe('a value', () => {
  const wordsOf = (schema: MockSchema, value: unknown) =>
    checkValue(schema, value, []).map(({ type, msg, loc }) => [type, msg, ...loc].join(' | '));

  test.each<[MockSchema, unknown, string]>([
    ['string', 1, 'string_type | Input should be a valid string'],
    ['integer', 'a', 'int_parsing | Input should be a valid integer, unable to parse string as an integer'],
    ['integer', '1', 'int_type | Input should be a valid integer'],
    ['integer', 0.5, 'int_from_float | Input should be a valid integer, got a number with a fractional part'],
    ['number', 'a', 'float_parsing | Input should be a valid number, unable to parse string as a number'],
    ['number', [], 'float_type | Input should be a valid number'],
    ['boolean', 1, 'bool_type | Input should be a valid boolean'],
    ['boolean', 'maybe', 'bool_parsing | Input should be a valid boolean, unable to interpret input'],
    ['object', [], 'dict_type | Input should be a valid dictionary'],
    ['integer>=2', 1, 'greater_than_equal | Input should be greater than or equal to 2'],
    ['number<=1.5', 2, 'less_than_equal | Input should be less than or equal to 1.5'],
    ['number>0', 0, 'greater_than | Input should be greater than 0'],
    ['string>=1', '', 'string_too_short | String should have at least 1 character'],
    ['string<=2', 'abc', 'string_too_long | String should have at most 2 characters'],
    ['string:uuid', 'job-1', 'uuid_parsing | Input should be a valid UUID'],
    ['string:date-time', 'now', 'datetime_from_date_parsing | Input should be a valid datetime or date'],
    ['string:uri', 'a b', 'url_parsing | Input should be a valid URL'],
    ['"a"|"b"|"c"', 'd', "literal_error | Input should be 'a', 'b' or 'c'"],
    ['#a|#b|null', 'd', "enum | Input should be 'a' or 'b'"],
    [{ items: 'string' }, {}, 'list_type | Input should be a valid list'],
    [
      { items: 'string', size: '>=1' },
      [],
      'too_short | List should have at least 1 item after validation, not 0',
    ],
    [
      { items: 'string', size: '<=1' },
      ['a', 'b'],
      'too_long | List should have at most 1 item after validation, not 2',
    ],
    [{ items: 'string' }, ['a', 1], 'string_type | Input should be a valid string | 1'],
    [{ pattern: '^a$' }, 'b', "string_pattern_mismatch | String should match pattern '^a$'"],
    [{ values: 'integer' }, { a: null }, 'int_type | Input should be a valid integer | a'],
    [{ only: { a: 'string' } }, {}, 'missing | Field required | a'],
    [{ only: { 'a?': 'string' } }, { b: 1 }, 'extra_forbidden | Extra inputs are not permitted | b'],
    [
      { only: {} },
      'a',
      'model_attributes_type | Input should be a valid dictionary or object to extract fields from',
    ],
  ])('of %j is not %j: %s', (schema, value, expected) => {
    expect(wordsOf(schema, value)).toEqual([expected]);
  });

  test.each<[MockSchema, unknown]>([
    ['any', undefined],
    ['integer', 5.0],
    ['string|null', null],
    ['string<=2', '🎄🎄'],
    ['string:date-time', '2026-01-31'],
    ['#a|null', null],
    [{ fields: { 'a?': 'string' } }, { b: 1 }],
    [{ only: { 'constructor?': 'string' } }, {}],
    [() => ({ items: 'any' }), [1]],
  ])('of %j may be %j', (schema, value) => {
    expect(wordsOf(schema, value)).toEqual([]);
  });

  test('of a union is told what is wrong with the member that it comes nearest to', () => {
    const tree: MockSchema = { only: { kind: '"tree"', 'parts?': { items: () => tree } } };
    const union: MockSchema = { anyOf: [tree, { only: { kind: '"leaf"', size: 'integer' } }, 'null'] };

    expect(wordsOf(union, { kind: 'leaf', size: 'large' })).toEqual([
      'int_parsing | Input should be a valid integer, unable to parse string as an integer | size',
    ]);
    expect(wordsOf(union, { kind: 'tree', parts: [{ kind: 'tree', parts: [{}] }] })).toEqual([
      'missing | Field required | parts | 0 | parts | 0 | kind',
    ]);
    expect(wordsOf('string|integer|null', [])).toEqual([
      'string_type | Input should be a valid string',
      'int_type | Input should be a valid integer',
    ]);
  });
});

describe('a strict mock', () => {
  test.each<[object, string, (string | number)[]]>([
    [{ max_token: 5 }, 'extra_forbidden', ['body', 'max_token']],
    [{ messages: 'hi' }, 'list_type', ['body', 'messages']],
    [{ model: 5 }, 'string_type', ['body', 'model']],
    [{ temperature: 2 }, 'less_than_equal', ['body', 'temperature']],
    [{ messages: [{ ...user, role: 'usr' }] }, 'union_tag_invalid', ['body', 'messages', 0]],
    [{ messages: [{ content: 'Bonjour' }] }, 'union_tag_not_found', ['body', 'messages', 0]],
    [
      { messages: [user, { role: 'assistant', content: 'a', index: 0 }] },
      'extra_forbidden',
      ['body', 'messages', 1, 'assistant', 'index'],
    ],
    [{ tool_choice: 'autoo' }, 'enum', ['body', 'tool_choice']],
    [{ tools: [{ type: 'function' }] }, 'missing', ['body', 'tools', 0, 'function', 'function']],
  ])('refuses %j', async (changes, type, loc) => {
    const { status, body } = await complete(changes);

    expect(status).toBe(422);
    expect(body.detail).toMatchObject([{ type, loc }]);
  });

  test('names a tag that is no text as the JSON that it is, whatever is in it', async () => {
    const { status, body } = await complete({ messages: [{ ...user, role: { toString: false } }] });

    expect(status).toBe(422);
    expect(body.detail).toMatchObject([
      { msg: expect.stringContaining(`Input tag {"toString":false} found using 'role'`) },
    ]);
  });

  test('names all that is wrong, and what was found there', async () => {
    const { body } = await complete({ messages: [{ ...user, role: 'usr' }], max_token: 5 });

    expect(body).toEqual({
      detail: [
        {
          type: 'union_tag_invalid',
          loc: ['body', 'messages', 0],
          msg: "Input tag 'usr' found using 'role' does not match any of the expected tags: 'system', 'user', 'assistant', 'tool'",
          input: { ...user, role: 'usr' },
        },
        {
          type: 'extra_forbidden',
          loc: ['body', 'max_token'],
          msg: 'Extra inputs are not permitted',
          input: 5,
        },
      ],
    });
  });

  test('takes null where it may be, any model, and the streamed operation at the same URL', async () => {
    const changes = { model: 'my-own-model', temperature: null, tools: null, metadata: { any: ['thing'] } };

    expect(await complete(changes)).toMatchObject({ status: 200 });
    expect(await complete({ ...changes, stream: true }).catch(() => 'streamed')).toBe('streamed');
  });

  test('says what is wrong as an error of the client', async () => {
    const mistral = client({ fetch: createMockMistral().fetch });
    const params = { ...chat, maximum: 5 } as unknown as Parameters<typeof mistral.chat.complete>[0];

    expect(await failureOf(mistral.chat.complete(params))).toMatchObject({
      status: 422,
      message: expect.stringContaining('maximum: Extra inputs are not permitted'),
    });
  });

  test('reads numbers, booleans and lists of forms and queries', async () => {
    const mock = createMockMistral();
    const mistral = client({ fetch: mock.fetch });
    const file = { name: 'a.wav', content: new Uint8Array(4) };
    const given = { model: 'm', file, temperature: 0.5, diarize: true, context_bias: ['12', 'b'] };

    await mistral.audio.transcriptions.complete(given);
    await mistral.files.list({ page_size: 2, sample_type: ['batch_request'], include_total: false });

    expect(mock.calls.map(({ params }) => params)).toEqual([
      { ...given, file: expect.any(File) },
      { page_size: 2, sample_type: ['batch_request'], include_total: false },
    ]);
    const wrong = { ...given, temperature: 'warm' as never, language: 'english' };
    expect(await failureOf(mistral.audio.transcriptions.complete(wrong))).toMatchObject({
      message: expect.stringMatching(/language: String should match.*temperature: .*valid number/s),
    });
  });

  test('refuses a text where a form has a file', async () => {
    const form = new FormData();
    form.set('file', 'text');
    const response = await createMockMistral().fetch('https://api.mistral.ai/v1/files', {
      method: 'POST',
      headers: { authorization: 'Bearer test' },
      body: form,
    });

    expect(await response.json()).toMatchObject({ detail: [{ type: 'value_error', loc: ['body', 'file'] }] });
  });

  test('refuses a query parameter that is misspelt, and leaves one alone that is like no other', async () => {
    const mistral = client({ fetch: createMockMistral().fetch });
    const list = (query: Record<string, string>) => mistral.files.list({}, { query }).collect();

    expect(await failureOf(list({ pageSize: '2' }))).toMatchObject({
      status: 422,
      message: expect.stringContaining('pageSize: Extra inputs are not permitted. Did you mean `page_size`?'),
    });
    expect(await list({ region: 'eu' })).not.toEqual([]);
  });
});

describe('messages that fit their schema and break a rule', () => {
  const call = (id: string, name = 'clock') => ({
    role: 'assistant',
    tool_calls: [{ id, function: { name, arguments: '{}' } }],
  });
  const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: '12:00' });
  const text = { type: 'text', text: 'Bonjour' };
  const thinking = { type: 'thinking', thinking: [text] };
  const broken: [string, object[], string, string | null, RegExp][] = [
    [
      'an id of another API',
      [user, call('call_1'), result('call_1')],
      'invalid_function_call',
      '3280',
      /call_1/,
    ],
    [
      'a name with a space',
      [user, call('aaaaaaaaa', 'my clock'), result('aaaaaaaaa')],
      'invalid_function_call',
      '3280',
      /my clock/,
    ],
    [
      'a user after a result',
      [user, call('aaaaaaaaa'), result('aaaaaaaaa'), user],
      'invalid_request_message_order',
      '3230',
      /right after/,
    ],
    ['a missing result', [user, call('aaaaaaaaa')], 'invalid_request_message_order', '3230', /no result/],
    [
      'an empty answer',
      [user, { role: 'assistant', content: '' }, user],
      'invalid_request_error',
      null,
      /neither/,
    ],
    [
      'thinking that is late',
      [user, { role: 'assistant', content: [text, thinking] }, user],
      'invalid_request_message_order',
      '3230',
      /thinking/,
    ],
  ];

  test.each(broken)('are a 400: %s', async (_, messages, type, code, message) => {
    expect(await complete({ messages })).toEqual({
      status: 400,
      body: {
        object: 'error',
        message: expect.stringMatching(message),
        type,
        param: null,
        code,
        raw_status_code: 400,
      },
    });
    expect(await post('/v1/agents/completions', { agent_id: 'ag_1', messages })).toMatchObject({
      status: 400,
    });
  });

  test.each(broken)('are taken by a mock that is not strict: %s', async (_, messages) => {
    expect(await complete({ messages }, { strict: false })).toMatchObject({ status: 200 });
  });

  test('are none of the chats that are moderated', async () => {
    const input = [user, { role: 'assistant', content: 'Salut' }];

    expect(await post('/v1/chat/moderations', { model: 'm', input })).toMatchObject({ status: 200 });
  });
});

describe('a mock that is not strict', () => {
  test.each([{ max_token: 5 }, { messages: 'hi' }, { model: 5 }, { messages: [{ ...user, role: 'usr' }] }])(
    'takes %j',
    async (changes) => {
      expect(await complete(changes, { strict: false })).toMatchObject({ status: 200 });
    },
  );

  test('still asks for what must be there', async () => {
    expect(await post('/v1/chat/completions', { model: 5 }, { strict: false })).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'missing', loc: ['body', 'messages'] }] },
    });
  });
});
