import type { JsonObject } from '../description/json.js';
import { isMethodName, typeNameOf } from '../description/operations.js';
import { routesOf } from '../description/routes.js';
import { nameReplacements } from '../description/deprecations.js';
import { hoistDefinitions } from './hoist-definitions.js';
import { renameSchemas } from './rename-schemas.js';
import type { Repair } from './repair.js';
import { simplify } from './simplify.js';
import { spell } from './spell.js';

/** Before the overlays: write in OpenAPI 3.1, and once, what a description says in another way. */
export function repairSpelling(document: JsonObject): Repair[] {
  nameReplacements(document);
  return [...hoistDefinitions(document), ...spell(document), ...simplify(document)];
}

/** After the overlays, which have named the operations: what the types of schemas are called. */
export const repairNames = (document: JsonObject): Repair[] =>
  renameSchemas(document, operationTypes(document));

/** What the types of the operations that have a name are called: `ChatComplete`. */
export const operationTypes = (document: JsonObject): string[] =>
  routesOf(document)
    .map(({ id }) => id)
    .filter(isMethodName)
    .map(typeNameOf);
