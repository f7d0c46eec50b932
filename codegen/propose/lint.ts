import type { JsonObject } from '../description/json.js';
import type { Problem } from '../worker/problem.js';
import { keysOf } from '../description/schema.js';
import { segment } from '../description/visit.js';
import { proposed, type Proposal } from './proposal.js';

/** Repair what the linter finds, where that takes nothing from what the description says. */
export function repairProblems(problems: readonly Problem[]): Proposal[] {
  const proposals = problems.flatMap(({ rule, pointer, message }) =>
    (repairs[rule] ?? (() => []))(keysOf(pointer), proposed(`${message.replace(/\.$/, '')}.`)),
  );
  // One example can have several faults, and an array's items keep their places until the last is removed.
  const unique = [...new Map(proposals.map((proposal) => [proposal.target, proposal])).values()];
  return unique.toReversed();
}

type RepairOf = (keys: readonly string[], description: string) => Proposal[];

const removeFrom =
  (...markers: readonly string[]): RepairOf =>
  (keys, description) => {
    const at = keys.findLastIndex((key) => markers.includes(key));
    if (at < 0) return [];
    const end = keys[at] === 'examples' ? at + 2 : at + 1;
    return [{ target: pathOf(keys.slice(0, end)), description, remove: true }];
  };

const remove: RepairOf = (keys, description) => [{ target: pathOf(keys), description, remove: true }];

const update =
  (value: JsonObject): RepairOf =>
  (keys, description) => [{ target: pathOf(keys), description, update: value }];

const repairs: Readonly<Record<string, RepairOf>> = {
  'no-invalid-media-type-examples': removeFrom('example', 'examples'),
  'no-invalid-schema-examples': removeFrom('example', 'examples'),
  'no-invalid-parameter-examples': removeFrom('example', 'examples'),
  'no-schema-type-mismatch': removeFrom('example', 'examples', 'default'),
  'no-required-schema-properties-undefined': remove,
  'no-unused-components': remove,
  'tag-description': (keys, description) => remove(keys.slice(0, 2), description),
  'no-illogical-composition-keywords': (keys, description) => {
    const union = pathOf(keys.slice(0, keys.indexOf('oneOf')));
    if (!keys.includes('oneOf')) return [];
    return [
      { target: `${union}.oneOf`, description, remove: true },
      { target: `${union}.anyOf`, description, copy: `${union}.oneOf` },
      { target: union, description, update: { anyOf: [] } },
    ];
  },
  'operation-4xx-response': (keys, description) =>
    update({ responses: { '4XX': anyFailure } })(keys.slice(0, 3), description),
  'operation-summary': (keys, description) =>
    update({ summary: 'An operation without a summary' })(keys.slice(0, 3), description),
  'info-license': update({ license: { name: 'Unknown', identifier: 'NONE' } }),
  'info-license-strict': update({ license: { name: 'Unknown', identifier: 'NONE' } }),
};

/** With a schema: what is said to be empty, and what says nothing, the generators take for different things. */
const anyFailure: JsonObject = {
  description: 'The request is at fault.',
  content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
};

const pathOf = (keys: readonly string[]): string => `$${keys.map(step).join('')}`;

const step = (key: string): string => (/^\d+$/.test(key) ? `[${key}]` : segment(key));
