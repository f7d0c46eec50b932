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

/** After the overlays, which have named the operations: names that no type can have. */
export function repairNames(document: JsonObject): Repair[] {
  const ids = routesOf(document).map(({ id }) => id);
  return renameSchemas(document, ids.filter(isMethodName).map(typeNameOf));
}
