import type { JsonObject } from '../description/json.js';
import { isMethodName } from '../description/operations.js';
import type { Overlay } from '../overlay/overlay.js';
import { settleOverlays } from '../overlay/settle.js';
import { routesOf, type Route } from '../description/routes.js';
import { compareDocuments } from './compare-documents.js';
import { OperationComparison, pairRoutes, type DirectedFinding } from './compare-operations.js';
import { SchemaComparison, type Pairing } from './compare-schemas.js';
import { describe, routeKey, type Description } from './description.js';
import type { Change, Drift, FailedAction, Subject, UnnamedOperation } from './drift.js';
import { effectsOf } from './effects.js';
import { code, consequenceOf, sentenceOf, type Finding } from './finding.js';
import { pairSchemas } from './pair-schemas.js';
import { worst, type ChangeClass, type Direction } from './rules.js';

export interface DriftInput {
  readonly vendored: { readonly name: string; readonly document: JsonObject };
  readonly upstream: { readonly name: string; readonly document: JsonObject };
  readonly overlays: readonly Overlay[];
  /** `generated/openapi.yaml`, which knows the names of the methods. */
  readonly effective: JsonObject;
  /** `generated/types.gen.ts`. */
  readonly types: string;
}

const directions: readonly Direction[] = ['request', 'response'];

/**
 * Compare the vendored description with upstream's, and say what follows for users and overlays.
 *
 * Works on the documents as they are, before overlays; what the overlays make of a difference, the rules know.
 * Costs a walk of each document and little more, however its schemas refer to each other.
 */
export function findDrift({ vendored, upstream, overlays, effective, types }: DriftInput): Drift {
  const [before, after] = [describe(vendored.document), describe(upstream.document)];
  const pairing: Pairing = { before, after, names: pairSchemas(before, after) };
  const schemas = new SchemaComparison(pairing);
  const methods = methodsOf(before, effective);

  const subjects = [
    documentSubject(vendored.document, upstream.document),
    ...operationSubjects(pairing, schemas, methods),
    ...schemaSubjects(pairing, schemas, methods),
  ].filter(({ changes }) => changes.length > 0);
  const changes = subjects.flatMap((subject) => subject.changes);
  const count = (name: ChangeClass) => changes.filter((change) => change.class === name).length;
  const patched = structuredClone(upstream.document);
  return {
    formatVersion: 1,
    verdict: changes.length === 0 ? 'none' : worst(...changes.map((change) => change.class)),
    vendored: vendored.name,
    upstream: upstream.name,
    counts: {
      breaking: count('breaking'),
      additive: count('additive'),
      documentation: count('documentation'),
    },
    subjects,
    overlays: changes.length === 0 ? [] : failedActions(patched, overlays),
    unnamed: changes.length === 0 ? [] : unnamedOperations(patched),
    ...effectsOf(subjects, overlays, types),
  };
}

/** What an action fails on may be what an earlier one failed to do. */
const failedActions = (document: JsonObject, overlays: readonly Overlay[]): FailedAction[] =>
  settleOverlays(document, overlays).map(({ overlay, index, action, reason }) => ({
    file: overlay.file,
    action: index + 1,
    description: action.description,
    target: action.target,
    reason,
  }));

function documentSubject(before: JsonObject, after: JsonObject): Subject {
  const changes = compareDocuments(before, after).map((finding) => changeOf(finding, directions));
  return { type: 'document', name: 'the document', methods: [], requestsOf: [], responsesOf: [], changes };
}

function operationSubjects(pairing: Pairing, schemas: SchemaComparison, methods: Methods): Subject[] {
  const comparison = new OperationComparison(pairing, schemas);
  return pairRoutes(pairing.before.routes, pairing.after.routes).map((pair) => {
    const name = routeKey((pair.before ?? pair.after)!);
    const changes = comparison
      .compare(pair)
      .map((finding: DirectedFinding) => changeOf(finding, [finding.direction]));
    return {
      type: 'operation',
      name,
      methods: methods.get(name) ?? [],
      requestsOf: [],
      responsesOf: [],
      changes,
    };
  });
}

function schemaSubjects(
  { before, after, names }: Pairing,
  comparison: SchemaComparison,
  methods: Methods,
): Subject[] {
  const subject = (name: string, successor: string | undefined, findings: readonly Finding[]): Subject => {
    const usedBy = (direction: Direction) => [
      ...new Set([
        ...(before.users.get(name)?.[direction] ?? []),
        ...(after.users.get(successor ?? '')?.[direction] ?? []),
      ]),
    ];
    const named = (direction: Direction) => usedBy(direction).flatMap((key) => methods.get(key) ?? [key]);
    const travels = directions.filter((direction) => usedBy(direction).length > 0);
    return {
      type: 'schema',
      name,
      methods: [],
      requestsOf: named('request'),
      responsesOf: named('response'),
      changes: findings.map((finding) => changeOf(finding, travels)),
    };
  };
  const successors = new Set(names.values());
  return [
    ...[...before.schemas].map(([name, schema]) => {
      const successor = names.get(name);
      if (successor === undefined) return subject(name, undefined, [{ kind: 'schema-removed', place: '' }]);
      const renamed: Finding[] =
        successor === name
          ? []
          : [{ kind: 'schema-renamed', place: '', before: code(name), after: code(successor) }];
      return subject(name, successor, [
        ...renamed,
        ...comparison.compare(schema, after.schemas.get(successor)!),
      ]);
    }),
    ...[...after.schemas.keys()]
      .filter((name) => !successors.has(name))
      .map((name) => subject(name, name, [{ kind: 'schema-added', place: '' }])),
  ];
}

function changeOf(finding: Finding, travels: readonly Direction[]): Change {
  const { kind, place, before, after } = finding;
  return {
    ...consequenceOf(finding, travels),
    directions: Object.fromEntries(
      travels.map((direction) => [direction, consequenceOf(finding, [direction]).class]),
    ),
    kind,
    place,
    sentence: sentenceOf(finding),
    ...(before === undefined ? {} : { before: withoutMarks(before) }),
    ...(after === undefined ? {} : { after: withoutMarks(after) }),
  };
}

/** As data, a name is not marked as code. */
const withoutMarks = (text: string): string => text.replaceAll('`', '');

/** The names of methods by the operations they call. */
type Methods = ReadonlyMap<string, readonly string[]>;

/** An operation that an overlay split has several methods; the second one is on a path of the overlay's own. */
function methodsOf(before: Description, effective: JsonObject): Methods {
  const named = routesOf(effective).filter(({ id }) => isMethodName(id));
  const keys = new Set(before.routes.map(routeKey));
  const keyOf = (route: Route) =>
    keys.has(routeKey(route)) ? routeKey(route) : routeKey({ method: route.method, pathKey: route.path });
  const methods = new Map<string, string[]>();
  for (const route of named) methods.set(keyOf(route), [...(methods.get(keyOf(route)) ?? []), route.id]);
  return methods;
}

function unnamedOperations(patched: JsonObject): UnnamedOperation[] {
  return describe(patched)
    .routes.filter(({ id }) => !isMethodName(id))
    .map(({ method, pathKey, id, definition }) => ({
      method,
      path: pathKey,
      operationId: id,
      tags: Array.isArray(definition.tags) ? definition.tags.map(String) : [],
      summary: String(definition.summary ?? ''),
      streams: JSON.stringify(definition.responses ?? {}).includes('text/event-stream'),
    }));
}
