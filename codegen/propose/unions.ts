import { unionsToRepair } from '../lint/check-unions.js';
import type { JsonObject } from '../description/json.js';
import { schemaName } from '../description/schema.js';
import { segment } from '../description/visit.js';
import { proposed, type Proposal } from './proposal.js';

/** Require the tags of union members. */
export function requireTags(document: JsonObject): Proposal[] {
  const found = unionsToRepair(document).flatMap(({ tag, optional }) =>
    tag === undefined ? [] : optional.map((reference) => ({ tag, name: schemaName({ $ref: reference })! })),
  );
  const unique = [...new Map(found.map((each) => [`${each.tag} ${each.name}`, each])).values()];
  return unique.map(({ tag, name }) => ({
    target: `$.components.schemas${segment(name)}`,
    description: proposed(`a union tells its members apart by \`${tag}\`.`),
    update: { required: [tag] },
  }));
}

/** Say by which tag a union tells its members apart. */
export function nameDiscriminators(document: JsonObject): Proposal[] {
  return unionsToRepair(document)
    .filter(({ optional }) => optional.length === 0)
    .flatMap(({ path, tag, mapping, hasDiscriminator }): Proposal[] => [
      ...(hasDiscriminator
        ? [
            {
              target: `${path}.discriminator`,
              description: proposed('its mapping is not complete.'),
              remove: true as const,
            },
          ]
        : []),
      ...(tag === undefined
        ? []
        : [
            {
              target: path,
              description: proposed('its members have a tag, and the union does not say so.'),
              update: { discriminator: { propertyName: tag, mapping } },
            },
          ]),
    ]);
}
