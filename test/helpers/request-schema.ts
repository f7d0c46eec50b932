import { readFileSync } from 'node:fs';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

import type { DescribedOperation } from './description.js';

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const checkedFormats: readonly string[] = ['uuid', 'date-time', 'uri'];

/**
 * The description as JSON Schema reads requests:
 *
 * - what upstream closes, refuses other fields;
 * - a tag with a default may be left out, but not where it tells the members of a union apart;
 * - a union takes what any member takes, since pydantic knows no other;
 * - names that anyone chooses, as those of metadata, may be of any length, and texts of any format but a few: the mock does
 *   not check these.
 */
function asRequest(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asRequest);
  if (!isNode(value)) return value;
  const node = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, asRequest(inner)]),
  ) as Node;
  const { properties, required, discriminator, oneOf } = node;
  // A member of a union may say more of the fields of the object around it.
  if (node['x-closed'] === true) node.unevaluatedProperties = false;
  if (Array.isArray(required) && isNode(properties)) {
    const isTag = (name: string) => {
      const property = properties[name];
      return isNode(property) && 'const' in property && 'default' in property;
    };
    node.required = required.filter((name: string) => !isTag(name));
  }
  if (Array.isArray(oneOf)) {
    delete node.oneOf;
    node.anyOf = oneOf;
  }
  if (isNode(discriminator)) node.required = [discriminator.propertyName];
  if (node['x-open-enum'] === true) delete node.enum;
  delete node.propertyNames;
  if (typeof node.format === 'string' && !checkedFormats.includes(node.format)) delete node.format;
  return node;
}

const ajv = new Ajv2020({ strict: false, logger: false });
addFormats.default(ajv);
ajv.addSchema(asRequest(parse(readFileSync('generated/openapi.yaml', 'utf8'))) as Node, 'requests');

/** Whether a body fits its schema, by a validator that knows nothing of the mock. */
export function requestValidator({ pathKey, method, body }: DescribedOperation): ValidateFunction {
  const keys = ['paths', pathKey, method.toLowerCase(), 'requestBody', 'content', body!.type, 'schema'];
  const pointer = keys
    .map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  return ajv.getSchema(`requests#/${pointer}`)!;
}
