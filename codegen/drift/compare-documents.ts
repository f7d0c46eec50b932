import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { httpMethods } from '../description/routes.js';
import { canonical, isSame, sortedList } from './canonical.js';
import { compareKeys } from './compare-keys.js';
import { code, type Finding } from './finding.js';

/** How two descriptions differ in what is about neither an operation nor a schema. */
export function compareDocuments(before: JsonObject, after: JsonObject): Finding[] {
  const elsewhere = new Set(['paths', 'components', 'servers', 'security', 'info', 'tags']);
  const keys = keysOf(before, after).filter((key) => !elsewhere.has(key));
  return [
    ...compareServers(before.servers, after.servers),
    ...compareSecurity(before, after),
    ...compareInfo(before.info, after.info),
    ...(isSame(sortedList(before.tags), sortedList(after.tags)) ? [] : [changed('tags')]),
    ...comparePaths(before.paths, after.paths),
    ...keys.filter((key) => !isSame(before[key], after[key])).map(changed),
  ];
}

/** What paths say of all their operations; the parameters are compared with each. */
function comparePaths(before: JsonValue | undefined, after: JsonValue | undefined): Finding[] {
  const [a, b] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return Object.keys(a).flatMap((path) => {
    const [left, right] = [a[path], b[path]];
    if (!isObject(left) || !isObject(right)) return [];
    return keysOf(left, right)
      .filter((key) => !httpMethods.includes(key) && key !== 'parameters' && !isSame(left[key], right[key]))
      .map((key) => changed(`paths.${path}.${key}`));
  });
}

function compareServers(before: JsonValue | undefined, after: JsonValue | undefined): Finding[] {
  const [a, b] = [urlsOf(before), urlsOf(after)];
  const removed = a.filter((url) => !b.includes(url));
  const added = b.filter((url) => !a.includes(url));
  const findings: Finding[] = [
    ...removed.map((url): Finding => ({ kind: 'server-removed', place: 'servers', before: code(url) })),
    ...added.map((url): Finding => ({ kind: 'server-added', place: 'servers', after: code(url) })),
  ];
  return findings.length > 0 || isSame(before, after) ? findings : [changed('servers')];
}

const urlsOf = (servers: JsonValue | undefined): string[] =>
  (Array.isArray(servers) ? servers : []).map((server) => (isObject(server) ? String(server.url) : ''));

function compareSecurity(before: JsonObject, after: JsonObject): Finding[] {
  const [a, b] = [schemesOf(before), schemesOf(after)];
  const schemes = keysOf(a, b).flatMap((name): Finding[] => {
    const [left, right] = [withoutProse(a[name]), withoutProse(b[name])];
    if (isSame(left, right)) return [];
    if (left === undefined) return [{ kind: 'security-scheme-added', place: name, after: code(name) }];
    if (right === undefined) return [{ kind: 'security-scheme-removed', place: name, before: code(name) }];
    const said = { before: code(canonical(left)), after: code(canonical(right)) };
    return [{ kind: 'security-scheme-changed', place: name, ...said }];
  });
  return [...schemes, ...compareKeys([before, before], [after, after], 'security')];
}

const schemesOf = ({ components }: JsonObject): JsonObject =>
  isObject(components) && isObject(components.securitySchemes) ? components.securitySchemes : {};

const withoutProse = (scheme: JsonValue | undefined): JsonValue | undefined => {
  if (!isObject(scheme)) return scheme;
  const { description: _, ...rest } = scheme;
  return rest;
};

function compareInfo(before: JsonValue | undefined, after: JsonValue | undefined): Finding[] {
  const [a, b] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return keysOf(a, b)
    .filter((key) => !isSame(a[key], b[key]))
    .map((key) => changed(`info.${key}`));
}

const changed = (place: string): Finding => ({ kind: 'document-changed', place });

const keysOf = (a: JsonObject, b: JsonObject): string[] => [
  ...new Set([...Object.keys(a), ...Object.keys(b)]),
];
