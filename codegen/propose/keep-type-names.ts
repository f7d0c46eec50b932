import { isObject, type JsonObject } from '../description/json.js';
import { segment } from '../description/visit.js';
import { derivedFrom, schemasOf, typeNamesOf } from '../repair/rename-schemas.js';
import { operationTypes } from '../repair/repair-document.js';
import { proposed, type Proposal } from './proposal.js';

/**
 * Keep what people import: the type of a schema that upstream has renamed is called as it was. A name that another type
 * has now cannot stay, and one that an overlay gives is given already.
 *
 * @param document - The new version, with its overlays, and with names for its operations.
 * @param before - The last version, with its overlays: their `x-type-name` says what its types are called.
 * @param pairs - Which schema of the last version is which of the new one.
 */
export function keepTypeNames(
  document: JsonObject,
  before: JsonObject,
  pairs: ReadonlyMap<string, string>,
): Proposal[] {
  const schemas = schemasOf(document);
  const last = typeNamesOf(before, operationTypes(before));
  const names = typeNamesOf(document, operationTypes(document));
  const ofOperations = derivedFrom(operationTypes(document));
  const kept = new Map<string, string>();
  for (const [name, successor] of pairs) {
    const schema = schemas[successor];
    const typeName = last.get(name);
    // A schema that is `true` has no place for a name.
    if (!isObject(schema) || typeName === undefined || typeName === names.get(successor)) continue;
    if (schema['x-type-name'] === undefined && !ofOperations.has(typeName)) kept.set(successor, typeName);
  }
  // One that cannot have its old name keeps the new one, which another may have wanted.
  for (let clashing = clashOf(kept, names); clashing !== undefined; clashing = clashOf(kept, names))
    kept.delete(clashing);
  return [...kept].map(([name, typeName]) => ({
    target: `$.components.schemas${segment(name)}`,
    description: proposed(
      `upstream's new name for ${typeName}, whose type people import by that name.`,
      'when a major version may rename it',
    ),
    update: { 'x-type-name': typeName },
  }));
}

/** A schema that would be called as one that keeps its name. */
function clashOf(kept: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>): string | undefined {
  const taken = new Set([...names].filter(([name]) => !kept.has(name)).map(([, typeName]) => typeName));
  return [...kept].find(([, typeName]) => taken.has(typeName))?.[0];
}
