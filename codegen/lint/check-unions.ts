import { stringify } from 'yaml';

import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
import { onlyValueOf, propertiesOf, resolve, schemaName } from '../description/schema.js';
import { placesInRequests, placesInResponses } from '../description/schema-places.js';
import { visit } from '../description/visit.js';

/**
 * Check that every union whose members have a tag carries a discriminator with a full mapping, and that no
 * member leaves the tag out.
 *
 * A tag is a property that each member has, with one string value of its own. A union that only requests hold may leave
 * it optional, as upstream does: nobody narrows what they have written themselves.
 *
 * @returns the number of unions with a discriminator.
 * @throws {PipelineError} listing the unions at fault, with the overlay action that would repair each.
 */
export function checkUnions(document: JsonObject): number {
  let discriminated = 0;
  const faults: string[] = [];
  const mayOmitTag = inRequestsAlone(document);
  visit(document, (node, path) => {
    const members = membersOf(document, node, mayOmitTag(node));
    if (members.length < 2) return;
    const fault = faultIn(document, node, members, path);
    if (fault) faults.push(fault);
    else if (isObject(node.discriminator)) discriminated += 1;
  });
  if (faults.length > 0) {
    throw new PipelineError(`${faults.length} unions would not narrow by their tag:\n${bullets(faults)}`);
  }
  return discriminated;
}

/** A union that would not narrow, and what it lacks. */
export interface UnionToRepair {
  readonly path: string;
  /** The property that tells all members apart; `undefined` where the discriminator names one that does not. */
  readonly tag: string | undefined;
  /** References to the members that may leave the tag out. */
  readonly optional: readonly string[];
  readonly mapping: Record<string, string>;
  readonly hasDiscriminator: boolean;
}

/** Every union that {@link checkUnions} would refuse. */
export function unionsToRepair(document: JsonObject): UnionToRepair[] {
  const found: UnionToRepair[] = [];
  const mayOmitTag = inRequestsAlone(document);
  visit(document, (node, path) => {
    const members = membersOf(document, node, mayOmitTag(node));
    if (members.length < 2 || faultIn(document, node, members, path) === undefined) return;
    const tag = tagOf(members, node.discriminator);
    const tagged = tag === undefined ? [] : members.map((member) => [member, member.tags.get(tag)!] as const);
    found.push({
      path,
      tag,
      optional: tagged.filter(([, { required }]) => !required).map(([{ reference }]) => reference),
      mapping: Object.fromEntries(tagged.map(([{ reference }, { value }]) => [value, reference])),
      hasDiscriminator: isObject(node.discriminator),
    });
  });
  return found;
}

interface Member {
  readonly reference: string;
  readonly tags: ReadonlyMap<string, { readonly value: string; readonly required: boolean }>;
}

function faultIn(
  document: JsonObject,
  node: JsonObject,
  members: readonly Member[],
  path: string,
): string | undefined {
  const tag = tagOf(members, node.discriminator);
  const optional = members.filter(({ tags }) => tag !== undefined && !tags.get(tag)?.required);
  if (tag === undefined) {
    return isObject(node.discriminator)
      ? `${path}: the discriminator names a property that does not tell all members apart.`
      : undefined;
  }
  if (optional.length > 0) {
    const names = optional.map(({ reference }) => schemaName({ $ref: reference }) ?? reference).join(', ');
    return `${path}: \`${tag}\` is optional in ${names}. Require it in the discriminators overlay.`;
  }
  const mapping = Object.fromEntries(members.map(({ reference, tags }) => [tags.get(tag)!.value, reference]));
  const given = isObject(node.discriminator) ? node.discriminator.mapping : undefined;
  const stray = Object.values(isObject(given) ? given : {}).find((target) => !exists(document, target));
  if (stray !== undefined)
    return `${path}: the mapping leads to ${JSON.stringify(stray)}, which does not exist.`;
  if (isObject(given) && Object.entries(mapping).every(([value, target]) => given[value] === target))
    return undefined;
  return `${path}: lacks a discriminator with a full mapping. Add to the discriminators overlay:\n${actionFor(path, tag, mapping)}`;
}

/** Whether requests reach a union and responses do not. */
function inRequestsAlone(document: JsonObject): (union: JsonObject) => boolean {
  const requests = placesInRequests(document);
  const responses = placesInResponses(document);
  return (union) => requests.has(union) && !responses.has(union);
}

function membersOf(document: JsonObject, node: JsonObject, mayOmitTag: boolean): Member[] {
  const list = node.oneOf ?? node.anyOf;
  return (Array.isArray(list) ? list : []).flatMap((member) => {
    if (!isObject(member) || typeof member.$ref !== 'string') return [];
    const properties = propertiesOf(document, member);
    return properties.length === 0 ? [] : [{ reference: member.$ref, tags: tagsOf(properties, mayOmitTag) }];
  });
}

function tagsOf(properties: ReturnType<typeof propertiesOf>, mayOmitTag: boolean): Member['tags'] {
  return new Map(
    properties.flatMap(({ name, schema, required }) => {
      const value = onlyValueOf(schema);
      return typeof value === 'string' ? [[name, { value, required: required || mayOmitTag }] as const] : [];
    }),
  );
}

/** The property that tells all members apart: the one that the discriminator names, or the first there is. */
function tagOf(members: readonly Member[], discriminator: JsonValue | undefined): string | undefined {
  const candidates = [...members[0]!.tags.keys()].filter((name) => {
    const values = members.map(({ tags }) => tags.get(name)?.value);
    return !values.includes(undefined) && new Set(values).size === members.length;
  });
  const named = isObject(discriminator) ? discriminator.propertyName : undefined;
  return named === undefined ? candidates[0] : candidates.find((name) => name === named);
}

function exists(document: JsonObject, reference: JsonValue): boolean {
  try {
    return typeof reference === 'string' && resolve(document, { $ref: reference }) !== undefined;
  } catch {
    return false;
  }
}

function actionFor(path: string, tag: string, mapping: Record<string, string>): string {
  const action = {
    target: path,
    description:
      'Its members have a tag, and the union does not say so. Goes when upstream names the discriminator.',
    'x-expect': 1,
    update: { discriminator: { propertyName: tag, mapping } },
  };
  return stringify([action], { lineWidth: 0 }).trimEnd().replace(/^/gm, '      ');
}
