import { Ajv2020 } from 'ajv/dist/2020.js';

import { isObject, type JsonObject, type JsonValue } from '../json.js';
import { faultOf } from '../operations.js';
import { routesOf, type Route } from '../routes.js';
import { resolve } from '../schema.js';
import { quoted, segment, walk } from '../walk.js';
import { proposed, type Proposal } from './proposal.js';
import { placeOf, successOf } from './separate-operations.js';

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
      const description = proposed(`left out, since ${reason}. Goes when upstream mends it.`);
      return reason === undefined
        ? []
        : [{ target: `$.components${segment(kind)}${segment(name)}`, description, remove: true }];
    }),
  );
}

/** Leave out the components that no operation reaches any more. */
export function leaveOutUnused(document: JsonObject): Proposal[] {
  const { components } = document;
  const reached = new Set<string>();
  const reach = (value: JsonValue | undefined): void =>
    walk(value, ({ $ref }) => {
      if (typeof $ref !== 'string' || reached.has($ref)) return;
      reached.add($ref);
      reach(resolve(document, { $ref }));
    });
  reach(document.paths);
  reach(isObject(components) ? components.pathItems : undefined);
  return Object.entries(isObject(components) ? components : {}).flatMap(([kind, named]): Proposal[] => {
    if (kind === 'securitySchemes' || kind === 'pathItems') return [];
    const names = Object.keys(isObject(named) ? named : {});
    const unused = names.filter((name) => !reached.has(`#/components/${kind}/${escapePointer(name)}`));
    if (unused.length === 0) return [];
    const list = unused.map(quoted).join(',');
    const description = proposed('no operation uses it. Goes when one does.');
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
  description: proposed(`left out, since ${reason}. Goes when upstream mends it.`),
  remove: true,
});

/** Whether a proposal takes away something that the description defines. */
export const isLeftOut = ({ description }: Proposal): boolean => description.startsWith(proposed('left out'));

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
    return successOf(this.#document, route) === undefined ? 'it has no success among its answers' : undefined;
  }

  faultOfComponent(kind: string, name: string): string | undefined {
    return this.#faultBehind(`#/components/${kind}/${escapePointer(name)}`);
  }

  /** The first fault of what is written here and of all that it refers to. */
  #faultIn(value: JsonValue | undefined): string | undefined {
    let fault: string | undefined;
    const references = new Set<string>();
    walk(value, (node, path) => {
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
    const fault = reference.startsWith('#/components/schemas/') ? this.#faultInSchema(target) : undefined;
    return fault === undefined ? this.#faultIn(target) : `\`${reference}\` is no schema: ${fault}`;
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
  walk(copy, (node) => {
    // A boolean in OpenAPI 3.0.
    for (const name of ['exclusiveMinimum', 'exclusiveMaximum'])
      if (typeof node[name] === 'boolean') delete node[name];
    // References are looked at one by one.
    if (isObject(node.discriminator)) delete node.discriminator;
  });
  return copy;
}
