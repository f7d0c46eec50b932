import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { nameOfRoute, type Route } from '../description/routes.js';
import { canonical, isSame } from './canonical.js';
import { compareKeys } from './compare-keys.js';
import { compareKeyword } from './compare-keywords.js';
import type { Pairing, SchemaComparison } from './compare-schemas.js';
import { follow, type Description } from './description.js';
import { code, type Finding } from './finding.js';
import type { Direction } from './rules.js';
import { shapeOf, spell } from './shape.js';

/** A difference in an operation, and the way that what differs travels. */
export type DirectedFinding = Finding & { readonly direction: Direction };

/** An operation before and after; one of them is missing if it is new or gone. */
export interface RoutePair {
  readonly before: Route | undefined;
  readonly after: Route | undefined;
}

/** The operations of two descriptions, those that moved with where they went. */
export function pairRoutes(before: readonly Route[], after: readonly Route[]): RoutePair[] {
  const byKey = new Map(after.map((route) => [nameOfRoute(route), route]));
  const keysBefore = new Set(before.map(nameOfRoute));
  const fresh = new Set(after.filter((route) => !keysBefore.has(nameOfRoute(route))));
  const pairs = before.map((route) => {
    const same = byKey.get(nameOfRoute(route));
    const moved = same ? undefined : whereItMoved(route, [...fresh]);
    if (moved) fresh.delete(moved);
    return { before: route, after: same ?? moved };
  });
  return [...pairs, ...[...fresh].map((route) => ({ before: undefined, after: route }))];
}

/** It kept its operationId, or only the parameters in its path have other names. */
const whereItMoved = (route: Route, candidates: readonly Route[]): Route | undefined =>
  candidates.find(({ id }) => id !== '' && id === route.id) ??
  candidates.find((other) => other.method === route.method && template(other) === template(route));

const template = ({ pathKey }: Route): string => pathKey.replaceAll(/\{[^}]*\}/g, '{}');

/** How an operation differs, but for what named schemas say. */
export class OperationComparison {
  private readonly pairing: Pairing;
  private readonly schemas: SchemaComparison;

  constructor(pairing: Pairing, schemas: SchemaComparison) {
    this.pairing = pairing;
    this.schemas = schemas;
  }

  compare({ before, after }: RoutePair): DirectedFinding[] {
    if (before === undefined) return [request({ kind: 'operation-added', place: '' })];
    if (after === undefined) return [request({ kind: 'operation-removed', place: '' })];
    return [
      ...this.compareIdentity(before, after),
      ...this.compareParameters(before, after),
      ...this.compareBodies(before, after),
      ...this.compareResponses(before, after),
    ];
  }

  private compareIdentity(before: Route, after: Route): DirectedFinding[] {
    const findings: Finding[] = [];
    if (nameOfRoute(before) !== nameOfRoute(after)) {
      findings.push({
        kind: 'operation-moved',
        place: '',
        before: code(nameOfRoute(before)),
        after: code(nameOfRoute(after)),
      });
    }
    if (before.id !== after.id) {
      findings.push({
        kind: 'operation-id-changed',
        place: '',
        before: code(before.id),
        after: code(after.id),
      });
    }
    const [a, b] = [before.definition, after.definition];
    const [tagsBefore, tagsAfter] = [sortedList(a.tags), sortedList(b.tags)];
    if (!isSame(tagsBefore, tagsAfter)) {
      findings.push({
        kind: 'tags-changed',
        place: '',
        before: spellList(tagsBefore),
        after: spellList(tagsAfter),
      });
    }
    // What operations inherit is said once, of the document.
    if (a.security !== undefined || b.security !== undefined) {
      const documents = [this.pairing.before.document, this.pairing.after.document] as const;
      findings.push(...compareKeys([documents[0], a], [documents[1], b], ''));
    }
    findings.push(...compareRest(a, b, comparedElsewhere, ''));
    return findings.map(request);
  }

  private compareParameters(before: Route, after: Route): DirectedFinding[] {
    const renamed = renamedInPath(before, after);
    const findings: Finding[] = [...renamed].map(([from, to]) => ({
      kind: 'parameter-renamed',
      place: `path.${to}`,
      before: code(`path.${from}`),
      after: code(`path.${to}`),
    }));
    const keyOf = ({ in: place, name }: JsonObject) => `${String(place)}.${String(name)}`;
    const left = new Map(
      before.parameters.map((parameter) => {
        const to = parameter.in === 'path' ? renamed.get(String(parameter.name)) : undefined;
        return [to === undefined ? keyOf(parameter) : `path.${to}`, parameter];
      }),
    );
    const right = new Map(after.parameters.map((parameter) => [keyOf(parameter), parameter]));
    for (const place of new Set([...left.keys(), ...right.keys()])) {
      const [a, b] = [left.get(place), right.get(place)];
      if (a === undefined) {
        const type = spell(this.pairing.after, shapeOf(this.pairing.after, schemaOfParameter(b!)));
        const kind = b!.required === true ? 'required-parameter-added' : 'parameter-added';
        findings.push({ kind, place, after: code(type) });
      } else if (b === undefined) findings.push({ kind: 'parameter-removed', place });
      else findings.push(...this.compareParameter(a, b, place));
    }
    return findings.map(request);
  }

  private compareParameter(before: JsonObject, after: JsonObject, place: string): Finding[] {
    const findings: Finding[] = [];
    const isRequired = after.required === true;
    if ((before.required === true) !== isRequired) {
      findings.push({ kind: isRequired ? 'parameter-required' : 'parameter-optional', place });
    }
    const [a, b] = [encodingOf(before), encodingOf(after)];
    if (a !== b)
      findings.push({ kind: 'parameter-encoding-changed', place, before: code(a), after: code(b) });
    findings.push(...compareRest(before, after, inParameter, place));
    return [...findings, ...this.schemas.compare(schemaOfParameter(before), schemaOfParameter(after), place)];
  }

  private compareBodies(before: Route, after: Route): DirectedFinding[] {
    const a = objectOf(this.pairing.before, before.definition.requestBody);
    const b = objectOf(this.pairing.after, after.definition.requestBody);
    if (a === undefined && b === undefined) return [];
    if (a === undefined) {
      return [request({ kind: b!.required === true ? 'required-body-added' : 'body-added', place: 'body' })];
    }
    if (b === undefined) return [request({ kind: 'body-removed', place: 'body' })];
    const findings: Finding[] = [];
    const isRequired = b.required === true;
    if ((a.required === true) !== isRequired) {
      findings.push({ kind: isRequired ? 'body-required' : 'body-optional', place: 'body' });
    }
    findings.push(
      ...this.compareContents(a, b, 'body'),
      ...compareRest(a, b, ['required', 'content'], 'body'),
    );
    return findings.map(request);
  }

  private compareResponses(before: Route, after: Route): DirectedFinding[] {
    const left = responsesIn(this.pairing.before, before);
    const right = responsesIn(this.pairing.after, after);
    const removed = [...left.keys()].filter((status) => !right.has(status));
    const added = [...right.keys()].filter((status) => !left.has(status));
    const pairs = [...left.keys()]
      .filter((status) => right.has(status))
      .map((status) => [status, status] as const);
    const findings: Finding[] = [];

    // One successful status in place of another is the same response.
    const [gone, come] = [removed.filter(isSuccess), added.filter(isSuccess)];
    if (gone.length === 1 && come.length === 1) {
      pairs.push([gone[0]!, come[0]!]);
      findings.push({ kind: 'success-status-changed', place: '', before: gone[0]!, after: come[0]! });
    }
    const isPaired = new Set(pairs.flat());
    for (const status of removed.filter((name) => !isPaired.has(name))) {
      findings.push({
        kind: isSuccess(status) ? 'success-status-removed' : 'error-status-removed',
        place: '',
        before: status,
      });
    }
    for (const status of added.filter((name) => !isPaired.has(name))) {
      findings.push({
        kind: isSuccess(status) ? 'success-status-added' : 'error-status-added',
        place: '',
        after: status,
      });
    }
    for (const [from, to] of pairs) {
      const [a, b] = [left.get(from)!, right.get(to)!];
      findings.push(...this.compareResponse(a, b, to));
    }
    return findings.map((finding) => ({ ...finding, direction: 'response' }));
  }

  private compareResponse(before: JsonObject, after: JsonObject, status: string): Finding[] {
    const rest = compareRest(before, after, ['content'], status);
    const [had, has] = [before, after].map(
      ({ content }) => isObject(content) && Object.keys(content).length > 0,
    );
    if (had && !has) return [{ kind: 'content-removed', place: '', before: status }, ...rest];
    if (!had && has) return [{ kind: 'content-added', place: '', after: status }, ...rest];
    return [...this.compareContents(before, after, status), ...rest];
  }

  private compareContents(before: JsonObject, after: JsonObject, place: string): Finding[] {
    const [left, right] = [mediaOf(this.pairing.before, before), mediaOf(this.pairing.after, after)];
    const removed = [...left.keys()].filter((type) => !right.has(type));
    const added = [...right.keys()].filter((type) => !left.has(type));
    const pairs = [...left.keys()].filter((type) => right.has(type)).map((type) => [type, type] as const);
    const findings: Finding[] = [];
    if (removed.length === 1 && added.length === 1) {
      pairs.push([removed[0]!, added[0]!]);
      findings.push({ kind: 'media-type-changed', place, before: code(removed[0]!), after: code(added[0]!) });
    } else {
      for (const type of removed) findings.push({ kind: 'media-type-removed', place, before: code(type) });
      for (const type of added) findings.push({ kind: 'media-type-added', place, after: code(type) });
    }
    for (const [from, to] of pairs) {
      const [a, b] = [left.get(from)!, right.get(to)!];
      const within = left.size > 1 || right.size > 1 ? `${place}(${to})` : place;
      if (!isSame(a.encoding, b.encoding)) findings.push({ kind: 'media-encoding-changed', place: within });
      findings.push(
        ...this.schemas.compare(a.schema ?? {}, b.schema ?? {}, within),
        ...compareRest(a, b, ['schema', 'encoding'], within),
      );
    }
    return findings;
  }
}

const request = (finding: Finding): DirectedFinding => ({ ...finding, direction: 'request' });

const comparedElsewhere = ['operationId', 'tags', 'security', 'parameters', 'requestBody', 'responses'];

const inParameter = ['name', 'in', 'required', 'schema', 'content', 'style', 'explode', 'allowReserved'];

/** What is left of two objects, which is for people to read. */
function compareRest(
  before: JsonObject,
  after: JsonObject,
  but: readonly string[],
  place: string,
): Finding[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .filter((key) => !but.includes(key))
    .flatMap((key) => compareKeyword(key, before[key], after[key], place))
    .map((finding) =>
      finding.kind.startsWith('constraint') ? { ...finding, kind: 'other-changed' as const } : finding,
    );
}

/** By their order in the path, which is the same but for their names. */
function renamedInPath(before: Route, after: Route): Map<string, string> {
  const [a, b] = [before, after].map(({ path }) =>
    [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!),
  );
  if (template(before) !== template(after)) return new Map();
  return new Map(a!.map((name, index) => [name, b![index]!] as const).filter(([from, to]) => from !== to));
}

const schemaOfParameter = (parameter: JsonObject): JsonValue => {
  const [media] = isObject(parameter.content) ? Object.values(parameter.content) : [];
  return (isObject(media) ? media.schema : parameter.schema) ?? {};
};

/** How a parameter's value is written into the request, with the defaults of OpenAPI filled in. */
function encodingOf({ in: place, content, style, explode, allowReserved }: JsonObject): string {
  if (isObject(content)) return Object.keys(content).join(', ');
  const named = String(style ?? (place === 'query' || place === 'cookie' ? 'form' : 'simple'));
  const exploded = explode ?? named === 'form';
  return [named, exploded === true ? 'exploded' : '', allowReserved === true ? 'reserved' : '']
    .filter(Boolean)
    .join(', ');
}

const isSuccess = (status: string): boolean => status.startsWith('2');

function responsesIn(description: Description, { definition }: Route): Map<string, JsonObject> {
  const responses = objectOf(description, definition.responses) ?? {};
  return new Map(
    Object.entries(responses).map(([status, response]) => [
      status.toUpperCase(),
      objectOf(description, response) ?? {},
    ]),
  );
}

/** By type in lower case, and without its parameters. */
function mediaOf(description: Description, { content }: JsonObject): Map<string, JsonObject> {
  return new Map(
    Object.entries(isObject(content) ? content : {}).map(([type, media]) => [
      type.toLowerCase().replace(/\s*;.*$/, ''),
      objectOf(description, media) ?? {},
    ]),
  );
}

function objectOf({ document }: Description, value: JsonValue | undefined): JsonObject | undefined {
  let node: JsonValue | undefined = value;
  while (isObject(node) && typeof node.$ref === 'string') node = follow(document, node.$ref);
  return isObject(node) ? node : undefined;
}

const sortedList = (value: JsonValue | undefined): JsonValue[] | undefined =>
  Array.isArray(value) ? value.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1)) : undefined;

const spellList = (value: JsonValue | undefined): string =>
  Array.isArray(value)
    ? value.map((item) => code(typeof item === 'string' ? item : JSON.stringify(item))).join(', ') || 'none'
    : 'the usual one';
