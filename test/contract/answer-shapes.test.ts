import { describe, expect, test } from 'vitest';

import { client } from '../helpers/api.js';
import {
  describedOperations,
  propertiesOf,
  resolve,
  unwrap,
  type DescribedOperation,
  type Schema,
} from '../helpers/description.js';
import { failureOf } from '../helpers/failure-of.js';
import { methodOf } from '../helpers/method-of.js';

/** The JSON types that a schema allows at its root, read off the description afresh. */
function typesOf(schema: Schema): ReadonlySet<string> {
  const { type, allOf, anyOf, oneOf } = resolve(schema);
  if (type !== undefined) return new Set([type].flat());
  const alternatives = (anyOf ?? oneOf)?.map(typesOf);
  if (alternatives) return new Set(alternatives.flatMap((types) => [...types]));
  const parts = (allOf ?? []).map(typesOf).filter((types) => types.size > 0);
  return parts[0] ?? new Set();
}

const wrong: readonly (readonly [name: string, type: string, make: () => Response])[] = [
  ['204', 'nothing', () => new Response(null, { status: 204 })],
  ['nothing', 'nothing', () => new Response('')],
  ['null', 'null', () => Response.json(null)],
  ['a list', 'array', () => Response.json([])],
  ['an object', 'object', () => Response.json({})],
  ['a text', 'string', () => Response.json('ok')],
  ['a number', 'number', () => Response.json(1)],
  ['a boolean', 'boolean', () => Response.json(false)],
];

const readWhole = describedOperations.filter(({ kind }) => kind === 'json' || kind === 'page');

/** Where the description says nothing, or several things, anything is. What a page is has places of its own for its items. */
const isDue = ({ kind, answer }: DescribedOperation, type: string): boolean => {
  if (kind === 'page') return false;
  const types = typesOf(answer!.schema);
  return types.size !== 1 || types.has(type);
};

const wrongFor = (operation: DescribedOperation) =>
  wrong.filter(([, type]) => !isDue(operation, type) && !isItems(operation, type));

test('the description says of most JSON answers what they are at their root', () => {
  const replies = readWhole.filter(({ kind }) => kind === 'json');
  const told = replies.filter(({ answer }) => typesOf(answer!.schema).size === 1);

  expect(told.length).toBeGreaterThan(replies.length * 0.9);
});

describe.each(readWhole.filter((operation) => wrongFor(operation).length > 0))(
  'where $id is to answer as described',
  (operation) => {
    const params = Object.fromEntries(operation.parameters.map(({ name }) => [name, name]));

    test.each(wrongFor(operation))('%s is an error that says so', async (_, __, make) => {
      const mistral = client({ fetch: async () => make() });

      expect(await failureOf(Promise.resolve(methodOf(mistral, operation.id)!(params)))).toHaveProperty(
        'name',
        'ResponseError',
      );
    });
  },
);

/** Lists whose items are the whole answer, and those with cursors or offsets that may leave theirs out. */
function isItems({ pagination, answer }: DescribedOperation, type: string): boolean {
  if (!pagination) return false;
  const { style, items } = pagination;
  if (items === '') return type === 'array';
  const keys = items.split('.');
  const around = keys.slice(0, -1).reduce((schema, key) => propertiesOf(schema)[key]!, answer!.schema);
  return type === 'object' && style !== 'page' && !unwrap(around).required?.includes(keys.at(-1)!);
}
