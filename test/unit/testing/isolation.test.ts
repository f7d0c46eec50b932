import { expect, test } from 'vitest';

import { mockOperations } from '../../../generated/mock.gen.js';
import { echo } from '../../../src/testing/echo.js';
import { createMockMistral, type MockResponses } from '../../../src/testing/index.js';
import type { MockRequest } from '../../../src/testing/mock-request.js';
import { defaultData } from '../../../src/testing/respond.js';
import { client } from '../../helpers/api.js';

/** Changes whatever can be changed, however deep. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) spoil(inner);
  for (const key of Object.keys(value)) Reflect.set(value, key, 'spoilt');
  if (Array.isArray(value)) value.length = 0;
}

const request = {
  pathParameters: {},
  query: new URLSearchParams(),
  body: { include_image_base64: true, input: ['a'] },
} as unknown as MockRequest;

test.each(mockOperations.map((operation) => [operation.id, operation] as const))(
  'what is done to the default response of %s changes no other one',
  (_, operation) => {
    const before = JSON.stringify(defaultData(operation, request));

    spoil(defaultData(operation, request));

    expect(JSON.stringify(defaultData(operation, request))).toBe(before);
  },
);

test('what a response function does to `usual` changes no other response, of this mock or another', async () => {
  const rename: MockResponses = {
    'chat.complete': (_, usual) => {
      usual.choices[0]!.message!.content = 'spoilt';
      usual.choices.push(usual.choices[0]!);
      return usual;
    },
  };
  const ask = async (responses: MockResponses) =>
    client({ fetch: createMockMistral(responses).fetch }).chat.complete({
      model: 'm',
      messages: [{ role: 'user', content: 'Bonjour' }],
    });
  const before = await ask({});

  await ask(rename);

  expect(await ask({})).toEqual(before);
});

test('what was sent is not part of the response, which may be changed', () => {
  const sent = { model: 'm', tools: [{ type: 'a' }] };
  const body = { tools: [{ type: 'b' }], model: 'x' };
  const answer = echo(body, { tools: 'body.tools' }, { ...request, body: sent } as MockRequest);

  spoil(answer);

  expect(sent).toEqual({ model: 'm', tools: [{ type: 'a' }] });
});

test('what a test gives as a response is not changed by what is done to the responses', async () => {
  const given = { 'models.list': { object: 'list', data: [] } } satisfies MockResponses;
  const before = JSON.stringify(given);
  const mock = createMockMistral(given);

  spoil(await client({ fetch: mock.fetch }).models.list());

  expect(JSON.stringify(given)).toBe(before);
});
