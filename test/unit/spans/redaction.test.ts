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
    ['a private key without an end', '-----BEGIN PRIVATE KEY-----\nMIIEow', '[REDACTED]'],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
    expect(shown(expected), 'twice is once').toBe(expected);
  });
});

test.each([
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
