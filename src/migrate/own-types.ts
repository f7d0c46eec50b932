import type ts from 'typescript';

import {
  elementsOf,
  isOfficialSymbol,
  isOfficialType,
  membersOf,
  propertiesOf,
  tagOf,
  withoutAssertions,
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

/** Tells of types of the program's own that a value of the SDK is read as: where they have a field, the value has it under another name. */
export function compareReadTypes(
  migration: Migration,
  node: ts.Expression,
  expected: readonly ts.Type[],
): void {
  const { compiler, checker } = migration;
  const value = withoutAssertions(compiler, node);
  compareRead(migration, membersOf(checker, checker.getTypeAtLocation(value)), expected, new Set());
}

function compareRead(
  migration: Migration,
  given: readonly ts.Type[],
  expected: readonly ts.Type[],
  seen: Set<ts.Type>,
): void {
  const { compiler, checker } = migration;
  const official = given.filter((type) => isOfficialType(migration, type));
  for (const type of expected) {
    if (seen.has(type)) continue;
    seen.add(type);
    compareRead(migration, elementsOf(migration, given), elementsOf(migration, [type]), seen);
    if (official.length === 0 || isOfficialType(migration, type)) continue;
    for (const field of type.getProperties()) {
      const [declaration] = field.declarations ?? [];
      if (!declaration || !compiler.isPropertySignature(declaration)) continue;
      const found = propertiesOf(official, field.name);
      const tag = found.map((symbol) => tagOf(migration, symbol)).find((each) => each?.kind === 'wire');
      if (tag && tag.text !== field.name)
        migration.leave(
          declaration,
          `\`${field.name}\` of this type is \`${tag.text}\` in what comes from the SDK`,
        );
      const inner = (symbols: readonly ts.Symbol[]) =>
        symbols.flatMap((symbol) => membersOf(checker, checker.getTypeOfSymbol(symbol)));
      compareRead(migration, inner(found), inner([field]), seen);
    }
  }
}
