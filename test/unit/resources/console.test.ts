import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { client } from '../../helpers/api.js';
import { methodOf } from '../../helpers/method-of.js';
import { operationTable } from '../../helpers/operation-table.js';

const mistral = client({ baseURL: 'https://gateway.example/mistral/' });

test('a client is one line in a console, without its key', () => {
  expect(inspect(mistral, { showHidden: true })).toBe(
    "Mistral { baseURL: 'https://gateway.example/mistral' }",
  );
});

test('a resource is one line in a console, and tells its members', () => {
  expect(inspect(mistral.chat)).toBe('mistral.chat { complete(), stream() }');
  expect(inspect(mistral.batch)).toBe('mistral.batch { jobs }');
  expect(inspect(mistral.batch.jobs)).toMatch(/^mistral\.batch\.jobs \{ [\w(), ]+ \}$/);
  expect(Object.keys(mistral.chat)).toEqual(['complete', 'stream']);
  // With a method of another kind in its place.
  expect(inspect({ ...mistral.chat, stream: undefined })).toBe(
    '{ complete: [Function: complete], stream: undefined }',
  );
});

test('every method is named as it is called', () => {
  const names = operationTable.map(({ id }) => [id.split('.').at(-1), methodOf(mistral, id)?.name]);

  expect(names.length).toBeGreaterThan(70);
  for (const [name, own] of names) expect(own).toBe(name);
});
