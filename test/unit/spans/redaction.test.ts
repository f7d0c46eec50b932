import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/index.js';
import { redaction, type RedactionOptions } from '../../../src/spans/redaction.js';

const redact = redaction();
const shown = (text: string) => redact(text, 'gen_ai.input.messages');

describe('what is replaced', () => {
  test.each([
    ['an e-mail address', 'Write to ada.lovelace+x@mail.example.org.', 'Write to [REDACTED].'],
    ['an address with letters of any script', 'ålfred@straße.example!', '[REDACTED]!'],
    ['a card number', 'Pay with 4111 1111 1111 1111 now', 'Pay with [REDACTED] now'],
    ['a card number with hyphens', '5500-0000-0000-0004', '[REDACTED]'],
    ['a card number of fifteen digits', '378282246310005', '[REDACTED]'],
    ['a bearer token', 'Authorization: Bearer abcdef0123456789', 'Authorization: Bearer [REDACTED]'],
    ['a JSON web token', 'see eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM ok', 'see [REDACTED] ok'],
    ['a key with a known prefix', 'sk-proj-abcdefghijklmnop0123', '[REDACTED]'],
    ['a token of a forge', `use ghp_${'a1'.repeat(18)}.`, 'use [REDACTED]'],
    ['a key of a cloud', 'AKIAIOSFODNN7EXAMPLE', '[REDACTED]'],
    ['an assignment', 'API_KEY=0123456789abcdef go', 'API_KEY=[REDACTED] go'],
    ['a password in a sentence', 'password: hunter2', 'password: [REDACTED]'],
    ['a field of JSON', '{"client_secret":"s3cr3t-value","a":1}', '{"client_secret":"[REDACTED]","a":1}'],
    [
      'a field of JSON in a text of JSON',
      String.raw`{"arguments":"{\"password\": \"hunter2\"}"}`,
      String.raw`{"arguments":"{\"password\": \"[REDACTED]\"}"}`,
    ],
    ['credentials of a URL', 'postgres://ada:hunter2@db.example/x', 'postgres://[REDACTED]@db.example/x'],
    [
      'a private key',
      'a -----BEGIN RSA PRIVATE KEY-----\\nMIIEow\\n-----END RSA PRIVATE KEY----- b',
      'a [REDACTED] b',
    ],
    ['a password of several words', 'password: "correct, horse"', 'password: "[REDACTED]"'],
    ['a password with a quote in it', String.raw`{"password":"a\"b c"}`, '{"password":"[REDACTED]"}'],
    [
      'a password with a quote in it in a text of JSON',
      String.raw`{"a":"{\"password\":\"a\\\"b c\",\"x\":1}"}`,
      String.raw`{"a":"{\"password\":\"[REDACTED]\",\"x\":1}"}`,
    ],
    [
      'a password whose quote does not end',
      '{"a":"password: \\"hunter2","b":1}',
      '{"a":"password: \\"[REDACTED]","b":1}',
    ],
    ['a number as a password of JSON', '{"password":12345678,"a":1}', '{"password":"[REDACTED]","a":1}'],
    ['a number as a card of JSON', '{"card":4111111111111111}', '{"card":"[REDACTED]"}'],
    ['a card number before its date', '4111 1111 1111 1111 12/27', '[REDACTED] 12/27'],
    ['a card number before its code', '4111111111111111 123', '[REDACTED] 123'],
    ['a card number after another', '2025 4111 1111 1111 1111', '2025 [REDACTED]'],
    ['a card number with no-break spaces', '4111\u00a01111\u00a01111\u00a01111', '[REDACTED]'],
    ['a key of a cloud by its name', 'aws_secret_access_key = abc/def', 'aws_secret_access_key = [REDACTED]'],
    ['a password of a URL without a user', 'redis://:hunter2@db.example', 'redis://[REDACTED]@db.example'],
    [
      'credentials of a URL with escaped slashes',
      String.raw`ftp:\/\/ada:hunter2@x`,
      String.raw`ftp:\/\/[REDACTED]@x`,
    ],
    [
      'the signature of a URL',
      'https://x.example/a?sig=a%2Fbc&b=1',
      'https://x.example/a?sig=[REDACTED]&b=1',
    ],
    [
      'an encoded e-mail address',
      'https://x.example/?to=ada%40example.com',
      'https://x.example/?to=[REDACTED]',
    ],
    ['a private key without an end in JSON', '["-----BEGIN PRIVATE KEY-----MIIEow",1]', '["[REDACTED]",1]'],
    ['a private key without an end', '-----BEGIN PRIVATE KEY-----\nMIIEow', '[REDACTED]'],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
    expect(shown(expected), 'twice is once').toBe(expected);
  });
});

test.each([
  'ada@example.com',
  'sk-proj-abcdefghijklmnop0123',
  'Bearer abcdef0123456789',
  'eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM',
  `ghp_${'a1'.repeat(18)}`,
  'AKIAIOSFODNN7EXAMPLE',
  '4111 1111 1111 1111',
  'password=hunter2',
])('%s is replaced after any character, in JSON of any depth, which stays JSON', (sensitive) => {
  const hidden = shown(sensitive)!;
  for (const before of ['\n', '\t', '\r', '\b', '\f', '\u0001', '"', '\\', "'", '/', '(', 'é '])
    for (const depth of [1, 2, 3]) {
      const write = (content: string) => nested({ content: `a${before}${content} b` }, depth);

      expect(shown(write(sensitive)), JSON.stringify({ before, depth })).toBe(write(hidden));
    }
});

/** JSON in a text of JSON, and so on. */
const nested = (value: object, depth: number): string =>
  depth === 1 ? JSON.stringify(value) : nested({ content: nested(value, depth - 1) }, 1);

test.each([
  '{"password":null,"api_key":false}',
  '{"properties":{"password":{"type":"string"}},"required":["password"]}',
  '2020 2021 2022 2023, 12 34 56 78 90 12 34 56',
  String.raw`C:\\users\\name`,
  'The answer is 42, at 12:30.',
  'max_tokens: 100, total_tokens: 1772614800000',
  '4111 1111 1111 1112 has a wrong check digit',
  'trace 0af7651916cd43dd8448eb211c80319c',
  '1772614800000000000',
  'a@b, @mistral, x@',
  'https://docs.example/a:b@c',
  '{"type":"text","content":"Bonjour"}',
  'The sky-blue risk-averse task-force',
])('%j stays as it is', (text) => {
  expect(shown(text)).toBe(text);
});

test.each([
  'a',
  '1',
  '4 ',
  '-',
  '.',
  'a.',
  'a:',
  'sk-',
  'Bearer ',
  'eyJ',
  '://a',
  'password ',
  '-----BEGIN PRIVATE KEY-----',
  '@a',
  '\\',
  '\\n',
  'password:"',
  'password:\\"',
  '?sig=',
  'a%40',
  '4111 ',
  '":4111111111111111',
])('two million characters of %j are read in one pass', (piece) => {
  expect(typeof shown(piece.repeat(2_000_000 / piece.length))).toBe('string');
});

describe('options', () => {
  test('say what is looked for, and what stands in its place', () => {
    const text = 'ada@example.com sk-abcdefghijklmnop0123 4111111111111111';

    expect(redaction({ kinds: ['emails'], replacement: '***' })(text, 'x')).toBe(
      '*** sk-abcdefghijklmnop0123 4111111111111111',
    );
    expect(redaction({ kinds: ['cards', 'secrets'] })(text, 'x')).toBe(
      'ada@example.com [REDACTED] [REDACTED]',
    );
    expect(redaction({ kinds: [] })(text, 'x')).toBe(text);
  });

  test('add patterns, which are replaced everywhere, and by the replacement as it is', () => {
    const pattern = /customer-\d+/;

    expect(redaction({ patterns: [pattern], replacement: '$&' })('customer-1 and customer-2', 'x')).toBe(
      '$& and $&',
    );
    expect(redaction({ patterns: [/customer-\d+/g] })('customer-1, customer-2', 'x')).toBe(
      '[REDACTED], [REDACTED]',
    );
  });

  test('replace the whole text of attributes', () => {
    const hide = redaction({ attributes: ['gen_ai.input.messages'] });

    expect(hide('Bonjour', 'gen_ai.input.messages')).toBe('[REDACTED]');
    expect(hide('Bonjour', 'gen_ai.output.messages')).toBe('Bonjour');
  });

  test.each<[options: unknown, message: RegExp]>([
    [null, /takes an object/],
    [{ kind: ['cards'] }, /no option `kind`.*`kinds`/],
    [{ kinds: ['card'] }, /`kinds` must be a list of secrets, emails, cards/],
    [{ kinds: 'cards' }, /`kinds` must be a list/],
    [{ patterns: ['a'] }, /`patterns` must be a list of regular expressions/],
    [{ attributes: 'a' }, /`attributes` must be a list of names/],
    [{ replacement: 1 }, /`replacement` must be a text/],
  ])('refuse %j', (options, message) => {
    expect(() => redaction(options as RedactionOptions)).toThrow(ArgumentError);
    expect(() => redaction(options as RedactionOptions)).toThrow(message);
  });
});
