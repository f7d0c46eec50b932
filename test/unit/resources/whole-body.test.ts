import { expect, test, vi } from 'vitest';

import type { Operation } from '../../../generated/api.gen.js';
import type { Fetch } from '../../../src/index.js';
import { perform } from '../../../src/resources/perform.js';
import type { RequestOptions } from '../../../src/resources/method.js';
import { createTransport } from '../../../src/transport/transport.js';

/** An operation whose body is a list, as the description of this version has none. */
function creating(params: Readonly<Record<string, unknown>>, options?: RequestOptions) {
  const fetch = vi.fn<Fetch>(async () => Response.json({ created: 2 }));
  const transport = createTransport({ apiKey: 'key', fetch });
  const operation: Operation = {
    id: 'users.create',
    kind: 'json',
    method: 'POST',
    url: '/v1/teams/{team}/users',
    path: ['team'],
    body: 'json',
    isBodyWhole: true,
    names: { body: 0 },
  };
  return { fetch, call: perform(transport, operation, {}, params, options) };
}

test('a body that is a list is sent as it is', async () => {
  const { fetch, call } = creating({ team: 'a', body: [{ name: 'b' }, { name: 'c' }] });

  expect(await call).toEqual({ created: 2 });
  expect(fetch.mock.calls[0]![1].body).toBe('[{"name":"b"},{"name":"c"}]');
  expect(fetch.mock.calls[0]![0]).toMatch('/v1/teams/a/users');
});

test('what is not known stands in the query, and not nowhere', async () => {
  const { fetch, call } = creating({ team: 'a', body: [], dry_run: true });

  await call;

  expect(fetch.mock.calls[0]![0]).toMatch('/v1/teams/a/users?dry_run=true');
});

test.each<[string, Record<string, unknown>, RequestOptions | undefined, string]>([
  [
    'nothing can be laid over it',
    { body: [] },
    { body: { a: 1 } },
    'takes its body as a parameter; `body` is for bodies that are objects',
  ],
  ['it is not misspelt', { bodys: [] }, undefined, 'Did you mean `body`?'],
])('%s', async (_, params, options, problem) => {
  const { fetch, call } = creating(params, options);

  await expect(call).rejects.toThrow(problem);
  expect(fetch).not.toHaveBeenCalled();
});
