import ts from 'typescript';

/**
 * Write a type out to its last property, so that two readings of one schema can be compared as text.
 *
 * Assignability overlooks what this shows: a member of a union that another one includes, and what is far down.
 */
export function spellType(checker: ts.TypeChecker, type: ts.Type, within: readonly ts.Type[] = []): string {
  if (type.isUnion()) {
    const members = type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    return [...new Set(members.map((member) => spellType(checker, member, within)))].toSorted().join(' | ');
  }
  if (!isObject(type)) return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return `(${spellType(checker, item!, within)})[]`;
  }
  // A type that is inside itself is named by how far up it begins.
  const up = within.toReversed().indexOf(type);
  if (up !== -1) return `^${up}`;

  const inside = [...within, type];
  const properties = type.getProperties().map((property) => {
    const mark = property.flags & ts.SymbolFlags.Optional ? '?' : '';
    return `${property.name}${mark}: ${spellType(checker, checker.getTypeOfSymbol(property), inside)}`;
  });
  const indexes = checker
    .getIndexInfosOfType(type)
    .map(
      ({ keyType, type: value }) =>
        `[${checker.typeToString(keyType)}]: ${spellType(checker, value, inside)}`,
    );
  return `{ ${[...properties.toSorted(), ...indexes].join('; ')} }`;
}

/** `string & {}` is a kind of string, and a `Blob` is what it is called. */
function isObject(type: ts.Type): boolean {
  if (type.symbol?.name === 'Blob' || type.symbol?.name === 'File') return false;
  return type.isIntersection() ? type.types.every(isObject) : (type.flags & ts.TypeFlags.Object) !== 0;
}
