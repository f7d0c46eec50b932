import type { JsonValue } from '../description/json.js';
import { schemaName } from '../description/schema.js';

/**
 * The generated type of a named schema; `undefined` for one that is written in place, and for a name that is
 * no identifier, which hey-api changes.
 */
export function typeOfSchema(schema: JsonValue | undefined): string | undefined {
  const name = schemaName(schema);
  return name !== undefined && /^[A-Za-z_$][\w$]*$/.test(name) ? `wire.${name}` : undefined;
}
