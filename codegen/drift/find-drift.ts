import { isObject, type JsonObject } from '../description/json.js';
import { isMethodName } from '../description/operations.js';
import { byAudience, type Overlay } from '../overlay/overlay.js';
import { settleOverlays } from '../overlay/settle.js';
import { keepDropped, withKept, type Kept } from '../propose/keep-dropped.js';
import { leaveOutUnreadable, leaveOutUnsound } from '../propose/leave-out-unsound.js';
import { proposePagination } from '../propose/pagination.js';
import { isProposal } from '../propose/proposal.js';
import { applyAll } from '../propose/propose.js';
import { repairNames, repairSpelling } from '../repair/repair-document.js';
import { nameOfRoute, placeOf, routesOf, type Route } from '../description/routes.js';
import { PipelineError } from '../run/pipeline-error.js';
import { compareDocuments } from './compare-documents.js';
import { OperationComparison, pairRoutes, type DirectedFinding } from './compare-operations.js';
import { SchemaComparison, type Pairing } from './compare-schemas.js';
import { keyOf } from './compare-keys.js';
import { describe, namedUses, type Description } from './description.js';
import type { Change, Drift, FailedAction, Subject, UnnamedOperation } from './drift.js';
import { effectsOf } from './effects.js';
import { code, consequenceOf, sentenceOf, type Finding } from './finding.js';
import { mentionsIn } from './mentions.js';
import { pairSchemas } from './pair-schemas.js';
import { worst, type ChangeClass, type Direction } from './rules.js';

export interface DriftInput {
  readonly vendored: { readonly name: string; readonly document: JsonObject };
  readonly upstream: { readonly name: string; readonly document: JsonObject };
  readonly overlays: readonly Overlay[];
  /** `generated/openapi.yaml`, which knows the names of the methods. */
  readonly effective: JsonObject;
  /** The files of `generated/` with the types that the package exports. */
  readonly types: string;
  /** The texts of the repository that may name what goes, by their paths. */
  readonly files: ReadonlyMap<string, string>;
}

const directions: readonly Direction[] = ['request', 'response'];

/**
 * Compare the vendored description with upstream's, and say what follows for users and overlays.
 *
 * Works on the documents as they are, before overlays; what the overlays make of a difference, the rules know.
 * Reads each document once and little more, however its schemas refer to each other.
 */
export function findDrift({ vendored, upstream, overlays, effective, types, files }: DriftInput): Drift {
  const [before, after] = [describe(vendored.document), describe(upstream.document)];
  const pairing: Pairing = { before, after, names: pairSchemas(before, after) };
  const schemas = new SchemaComparison(pairing);
  const ours = schemasOfOverlays(before, effective);
  const methods = methodsOf(before, effective);

  const subjects = [
    documentSubject(vendored.document, upstream.document),
    ...operationSubjects(pairing, schemas, methods),
    ...schemaSubjects(pairing, schemas, methods, ours),
  ].filter(({ changes }) => changes.length > 0);
  const changes = subjects.flatMap((subject) => subject.changes);
  const count = (name: ChangeClass) => changes.filter((change) => change.class === name).length;
  const effects = effectsOf(subjects, overlays, types);
  const patched = structuredClone(upstream.document);
  repairSpelling(patched);
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
    overlays: changes.length === 0 ? [] : failedActions(patched, vendored.document, overlays),
    unnamed: changes.length === 0 ? [] : unnamedOperations(patched),
    becomingPages: changes.length === 0 ? [] : becomingPages(patched),
    ...effects,
    leaning: mentionsIn(files, namesGone(effects)),
  };
}

/** What an action fails on may be what an earlier one failed to do. */
function failedActions(
  document: JsonObject,
  vendored: JsonObject,
  overlays: readonly Overlay[],
): FailedAction[] {
  const { forAll, forGenerators } = byAudience(overlays);
  const unsettled = settleOverlays(document, withKept(forAll, whatStays(document, vendored, forAll)));
  // Those for the generators alone are for the document whose schemas are called as their types.
  const named = structuredClone(document);
  repairNames(named);
  unsettled.push(...settleOverlays(named, forGenerators));
  // What nobody has reviewed is proposed anew for another version.
  const reviewed = unsettled.filter(({ action }) => !isProposal(action));
  return reviewed.map(({ overlay, index, action, reason }) => ({
    file: overlay.file,
    action: index + 1,
    description: action.description,
    target: action.target,
    reason,
  }));
}

/** What `update-spec` would keep; nothing where that cannot be told. */
function whatStays(
  document: JsonObject,
  vendored: JsonObject,
  overlays: readonly Overlay[],
): readonly Kept[] {
  const before = structuredClone(vendored);
  repairSpelling(before);
  try {
    return keepDropped(document, before, overlays, { date: '', isDropped: () => false });
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return [];
  }
}

/** The schemas that no operation uses and our overlays do, by what they add: people import their types. */
function schemasOfOverlays(before: Description, effective: JsonObject): ReadonlySet<string> {
  const { document, schemas } = describe(effective);
  const { pathItems = {} } = isObject(document.components) ? document.components : {};
  const reached = new Set([
    ...[...schemas.keys()].filter((name) => !before.schemas.has(name)),
    ...namedUses(document, pathItems).map(({ name }) => name),
  ]);
  for (const name of reached)
    for (const use of namedUses(document, schemas.get(name) ?? {})) reached.add(use.name);
  const isUsed = (name: string) => directions.some((direction) => before.users.get(name)?.[direction].size);
  return new Set([...reached].filter((name) => before.schemas.has(name) && !isUsed(name)));
}

/** Methods that return one response today, and would return pages. */
function becomingPages(patched: JsonObject): string[] {
  const names = new Map(routesOf(patched).map((route) => [placeOf(route), route.id]));
  const document = structuredClone(patched);
  for (const proposer of [leaveOutUnreadable, leaveOutUnsound]) applyAll(document, proposer(document));
  return proposePagination(document).flatMap(({ target, update }) => {
    const id = names.get(target) ?? '';
    return isMethodName(id) && isObject(update) && 'x-pagination' in update ? [id] : [];
  });
}

const namesGone = ({ methods, types }: ReturnType<typeof effectsOf>): string[] => [
  ...methods.removed,
  ...types.removed,
];

function documentSubject(before: JsonObject, after: JsonObject): Subject {
  const changes = compareDocuments(before, after).map((finding) => changeOf(finding, directions));
  return {
    type: 'document',
    name: 'the document',
    methods: [],
    requestsOf: [],
    responsesOf: [],
    isOfOverlays: false,
    changes,
  };
}

function operationSubjects(pairing: Pairing, schemas: SchemaComparison, methods: Methods): Subject[] {
  const comparison = new OperationComparison(pairing, schemas);
  return pairRoutes(pairing.before.routes, pairing.after.routes).map((pair) => {
    const name = nameOfRoute((pair.before ?? pair.after)!);
    const changes = comparison
      .compare(pair)
      .map((finding: DirectedFinding) => changeOf(finding, [finding.direction]));
    return {
      type: 'operation',
      name,
      methods: methods.get(name) ?? [],
      requestsOf: [],
      responsesOf: [],
      isOfOverlays: false,
      changes,
    };
  });
}

function schemaSubjects(
  { before, after, names }: Pairing,
  comparison: SchemaComparison,
  methods: Methods,
  ours: ReadonlySet<string>,
): Subject[] {
  const subject = (name: string, successor: string | undefined, findings: readonly Finding[]): Subject => {
    const usedBy = (direction: Direction) => [
      ...new Set([
        ...(before.users.get(name)?.[direction] ?? []),
        ...(after.users.get(successor ?? '')?.[direction] ?? []),
      ]),
    ];
    const named = (direction: Direction) => usedBy(direction).flatMap((key) => methods.get(key) ?? [key]);
    const isOurs = ours.has(name);
    const travels = directions.filter((direction) => isOurs || usedBy(direction).length > 0);
    return {
      type: 'schema',
      name,
      methods: [],
      requestsOf: named('request'),
      responsesOf: named('response'),
      isOfOverlays: isOurs,
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
  const keys = new Set(before.routes.map(nameOfRoute));
  const keyOfRoute = (route: Route) =>
    keys.has(nameOfRoute(route))
      ? nameOfRoute(route)
      : nameOfRoute({ method: route.method, pathKey: route.path });
  const methods = new Map<string, string[]>();
  for (const route of named)
    methods.set(keyOfRoute(route), [...(methods.get(keyOfRoute(route)) ?? []), route.id]);
  return methods;
}

function unnamedOperations(patched: JsonObject): UnnamedOperation[] {
  const { document, routes } = describe(patched);
  return routes
    .filter(({ id }) => !isMethodName(id))
    .map(({ method, pathKey, id, definition }) => ({
      method,
      path: pathKey,
      operationId: id,
      tags: Array.isArray(definition.tags) ? definition.tags.map(String) : [],
      summary: String(definition.summary ?? ''),
      streams: JSON.stringify(definition.responses ?? {}).includes('text/event-stream'),
      key: keyOf(document, definition),
    }));
}
