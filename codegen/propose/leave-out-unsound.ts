import { Ajv2020 } from 'ajv/dist/2020.js';

import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { faultOf } from '../description/operations.js';
import { PipelineError, refuse } from '../run/pipeline-error.js';
import { reachedComponents } from '../description/reach.js';
import { placeOf, httpMethods, routesOf, type Route } from '../description/routes.js';
import { propertiesOf, resolve } from '../description/schema.js';
import { quoted, segment, visit } from '../description/visit.js';
import { mark, proposed, type Proposal } from './proposal.js';
import { successOf } from './separate-operations.js';

/** Leave out the operations that cannot be read at all: nothing else can be said of a document before. */
export function leaveOutUnreadable(document: JsonObject): Proposal[] {
  const paths = isObject(document.paths) ? document.paths : {};
  const faultOfPath = (pathKey: string, item: JsonValue): string | undefined =>
    faultThrownBy(() => routesOf({ ...document, paths: { [pathKey]: item } }));
  return Object.entries(paths).flatMap(([pathKey, item]): Proposal[] => {
    const fault = faultOfPath(pathKey, item);
    if (fault === undefined) return [];
    const written = isObject(item) ? item : {};
    const methods = httpMethods.filter((method) => method in written);
    const readable = methods.filter((method) => {
      const others = methods.filter((other) => other !== method);
      const alone = Object.entries(written).filter(([key]) => !others.includes(key));
      return faultOfPath(pathKey, Object.fromEntries(alone)) === undefined;
    });
    const place = `$.paths${segment(pathKey)}`;
    const targets =
      readable.length === 0
        ? [place]
        : methods.filter((method) => !readable.includes(method)).map((method) => `${place}.${method}`);
    return targets.map((target) => ({ target, description: leftOutSince(fault), remove: true }));
  });
}

function faultThrownBy(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return error.message.split(/(?<=\.) |\n/, 1)[0]!.replace(/\.$/, '');
  }
}

/**
 * Leave out what a document does not define soundly: operations that reach a reference that leads nowhere or a schema
 * that is none, and those without a success. Each costs itself alone.
 */
export function leaveOutUnsound(document: JsonObject): Proposal[] {
  const soundness = new Soundness(document);
  return routesOf(document).flatMap((route) => {
    const reason = soundness.faultOf(route);
    return reason === undefined ? [] : [leftOut(route, reason)];
  });
}

/** Leave out the components that no generator could read; no operation that is left reaches them. */
export function leaveOutBroken(document: JsonObject): Proposal[] {
  const soundness = new Soundness(document);
  const components = isObject(document.components) ? document.components : {};
  return Object.entries(components).flatMap(([kind, named]) =>
    Object.keys(isObject(named) ? named : {}).flatMap((name): Proposal[] => {
      const reason = soundness.faultOfComponent(kind, name);
      const target = `$.components${segment(kind)}${segment(name)}`;
      return reason === undefined ? [] : [{ target, description: leftOutSince(reason), remove: true }];
    }),
  );
}

/** Leave out the components that no operation reaches any more. */
export function leaveOutUnused(document: JsonObject): Proposal[] {
  const components = isObject(document.components) ? document.components : {};
  const reached = reachedComponents(document, document.paths, components.pathItems);
  return Object.entries(components).flatMap(([kind, named]): Proposal[] => {
    if (kind === 'securitySchemes' || kind === 'pathItems') return [];
    const names = Object.keys(isObject(named) ? named : {});
    const unused = names.filter((name) => !reached.has(`${kind} ${name}`));
    if (unused.length === 0) return [];
    const list = unused.map(quoted).join(',');
    const description = proposed('no operation uses it.', 'when one does');
    return [{ target: `$.components${segment(kind)}[${list}]`, description, remove: true }];
  });
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Leave out what a method cannot do, whatever it is called: send a body of a kind that the client does not know, for instance. */
export function leaveOutImpossible(document: JsonObject): Proposal[] {
  const routes = routesOf(document);
  return routes.flatMap((route) => {
    const fault = faultOf(document, route, routes);
    return fault === undefined ? [] : [leftOut(route, fault.replace(/\.$/, ''))];
  });
}

/** @param reason - Completes "left out, since …". */
export const leftOut = (route: Route, reason: string): Proposal => ({
  target: placeOf(route),
  description: leftOutSince(reason),
  remove: true,
});

const leftOutMark = 'left out, since ';

const leftOutSince = (reason: string): string =>
  proposed(`${leftOutMark}${reason}.`, 'when upstream repairs it');

/** Whether a proposal takes away something that the description defines. */
export const isLeftOut = ({ description }: Proposal): boolean =>
  description.startsWith(`${mark}${leftOutMark}`);

class Soundness {
  readonly #document: JsonObject;
  readonly #ajv = new Ajv2020({ strict: false, logger: false });
  /** What is wrong behind a reference, by the reference; `undefined` while it is being looked at, too. */
  readonly #known = new Map<string, string | undefined>();

  constructor(document: JsonObject) {
    this.#document = document;
  }

  faultOf(route: Route): string | undefined {
    if (Object.keys(route.definition).length === 0) return 'nothing is said about it';
    const reached = this.#faultIn(route.definition) ?? this.#faultIn(route.parameters as JsonObject[]);
    if (reached !== undefined) return reached;
    const hasSuccess = () =>
      successOf(this.#document, route) ?? refuse('it has no success among its responses');
    return faultThrownBy(hasSuccess);
  }

  faultOfComponent(kind: string, name: string): string | undefined {
    return this.#faultBehind(`#/components/${kind}/${escapePointer(name)}`);
  }

  /** The first fault of what is written here and of all that it refers to. */
  #faultIn(value: JsonValue | undefined): string | undefined {
    let fault: string | undefined;
    const references = new Set<string>();
    visit(value, (node, path) => {
      if (fault !== undefined) return;
      if (typeof node.$ref === 'string') references.add(node.$ref);
      if (path.endsWith('.schema')) fault = this.#faultInSchema(node);
    });
    for (const reference of references) fault ??= this.#faultBehind(reference);
    return fault;
  }

  #faultBehind(reference: string): string | undefined {
    if (this.#known.has(reference)) return this.#known.get(reference);
    this.#known.set(reference, undefined);
    const fault = this.#lookBehind(reference);
    this.#known.set(reference, fault);
    return fault;
  }

  #lookBehind(reference: string): string | undefined {
    let target: JsonObject;
    try {
      target = resolve(this.#document, { $ref: reference });
    } catch {
      return `\`${reference}\` leads nowhere`;
    }
    if (!reference.startsWith('#/components/schemas/')) return this.#faultIn(target);
    const fault = this.#faultInSchema(target);
    if (fault !== undefined) return `\`${reference}\` is no schema: ${fault}`;
    return this.#faultIn(target) ?? faultThrownBy(() => propertiesOf(this.#document, { $ref: reference }));
  }

  #faultInSchema(schema: JsonObject): string | undefined {
    if (this.#ajv.validateSchema(withoutForeignKeywords(schema)) === true) return undefined;
    const [error] = this.#ajv.errors ?? [];
    return `${error?.instancePath ?? ''} ${error?.message ?? ''}`.trim();
  }
}

/** What OpenAPI adds to JSON Schema in a spelling that JSON Schema gives another meaning. */
function withoutForeignKeywords(schema: JsonObject): JsonObject {
  const copy = structuredClone(schema);
  visit(copy, (node) => {
    // A boolean in OpenAPI 3.0.
    for (const name of ['exclusiveMinimum', 'exclusiveMaximum'])
      if (typeof node[name] === 'boolean') delete node[name];
  });
  return copy;
}
