import { closedEnums } from '../lint/check-openness.js';
import type { JsonObject, JsonValue } from '../description/json.js';
import { proposed, type Proposal } from './proposal.js';

const anyOther: JsonValue = { type: 'string', 'x-open-enum': true };

/** Open the enums that only responses hold, where they are written. */
export function openEnums(document: JsonObject): Proposal[] {
  const description = proposed('responses may come to have other values.');
  return closedEnums(document)
    .filter(({ node }) => typeof node.$ref !== 'string')
    .map(({ path }) => {
      const union = unionOf(path);
      return union === undefined
        ? { target: path, description, update: { 'x-open-enum': true } }
        : { target: union, description, update: anyOther };
    });
}

/** Open the enums that responses share with requests, where the responses refer to them. */
export function openSharedEnums(document: JsonObject): Proposal[] {
  const description = proposed('responses may come to have other values; requests keep to the known ones.');
  return closedEnums(document).flatMap(({ path, node }): Proposal[] => {
    const union = unionOf(path);
    if (union !== undefined) return [{ target: union, description, update: anyOther }];
    return [
      { target: path, description, update: { anyOf: [{ $ref: node.$ref! }, anyOther] } },
      { target: `${path}['$ref']`, description, remove: true },
    ];
  });
}

/** The list that a member of a union is in. */
const unionOf = (path: string): string | undefined => /^(.*\.(?:oneOf|anyOf))\[\d+\]$/.exec(path)?.[1];
