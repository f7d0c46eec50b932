import type ts from 'typescript';

import {
  elementsOf,
  isOfficialSymbol,
  isOfficialType,
  membersOf,
  propertiesOf,
  tagOf,
  type Migration,
} from './migration.js';

/** Tells of types of the program's own that are passed to the SDK. They cannot be renamed: they may be used for other things. */
export function compareOwnTypes(
  migration: Migration,
  node: ts.Expression,
  types: readonly ts.Type[],
  value?: ts.Type,
): void {
  const { compiler, checker, renamed } = migration;
  for (const type of membersOf(checker, value ?? checker.getTypeAtLocation(node))) {
    if (isOfficialType(migration, type)) continue;
    for (const field of type.getProperties()) {
      const [declaration] = field.declarations ?? [];
      // Names that are in no declaration are those of a `Record`.
      if (declaration && (renamed.has(declaration) || !compiler.isPropertySignature(declaration))) continue;
      const tag = propertiesOf(types, field.name)
        .map((symbol) => tagOf(migration, symbol))
        .find((each) => each?.kind === 'wire');
      if (tag && !isOfficialSymbol(migration, field) && tag.text !== field.name)
        migration.leave(
          declaration ?? node,
          `\`${field.name}\` of this type is \`${tag.text}\` where it is passed to the SDK`,
        );
    }
    const elements = elementsOf(migration, [type]);
    if (!value)
      for (const element of elements) compareOwnTypes(migration, node, elementsOf(migration, types), element);
  }
}
