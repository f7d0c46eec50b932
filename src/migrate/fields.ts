import type ts from 'typescript';

import {
  insert,
  isOfficialSymbol,
  isOfficialType,
  propertiesOf,
  remove,
  replace,
  quoteOf,
  tagOf,
  type Migration,
} from './migration.js';

/** Gives a field of a literal its name on the wire. */
export function renameField(
  migration: Migration,
  property: ts.ObjectLiteralElementLike,
  name: ts.Identifier | ts.StringLiteral,
  wire: string,
): void {
  const { compiler, renamed } = migration;
  renamed.set(property, wire);
  if (compiler.isShorthandPropertyAssignment(property)) insert(migration, name, name.getStart(), `${wire}: `);
  else if (compiler.isIdentifier(name)) replace(migration, name, wire);
  else replace(migration, name, `${name.getText()[0]}${wire}${name.getText()[0]}`);
}

/** Writes a tag such as `type: 'function.result'`, which the official SDK adds to a literal of a type that has one value for it. */
export function writeTypeOut(
  migration: Migration,
  node: ts.ObjectLiteralExpression,
  types: readonly ts.Type[],
): void {
  const { compiler, checker } = migration;
  const [type, ...others] = types;
  const [first] = node.properties;
  const isWhole = node.properties.every((property) => !compiler.isSpreadAssignment(property));
  if (!type || others.length > 0 || !first || !isWhole || !isOfficialType(migration, type)) return;
  const named = new Set(node.properties.map(({ name }) => name?.getText()));
  const text = node.getSourceFile().text.slice(0, first.getStart());
  const [space] = /\n[^\S\n]*$/.exec(text) ?? [' '];
  const quote = quoteOf(node.getSourceFile());
  for (const field of type.getProperties()) {
    const value = checker.getTypeOfSymbol(field);
    const isTag =
      (field.flags & compiler.SymbolFlags.Optional) === 0 &&
      (value.flags & compiler.TypeFlags.StringLiteral) !== 0 &&
      !named.has(field.name);
    if (isTag)
      insert(
        migration,
        node,
        first.getStart(),
        `${field.name}: ${quote}${(value as ts.StringLiteralType).value}${quote},${space}`,
      );
  }
}

/**
 * Lifts a field that the types lack, if it is the body, which is nested under a name of its own. Tells of one that does not exist here.
 *
 * @returns what the body is, if it is one: it has the names of its types, too.
 */
export function liftBody(
  migration: Migration,
  node: ts.ObjectLiteralExpression,
  property: ts.ObjectLiteralElementLike,
  name: ts.Identifier | ts.StringLiteral,
  types: readonly ts.Type[],
): ts.Expression | undefined {
  const { compiler, checker } = migration;
  const isOpen = types.some(
    (type) =>
      checker.getIndexTypeOfType(type, compiler.IndexKind.String) ||
      !isOfficialType(migration, type) ||
      type.getProperties().length === 0,
  );
  // A program may have the name on the wire already, where nothing checked it.
  const isOnWire = types.some((type) =>
    type.getProperties().some((field) => {
      const tag = tagOf(migration, field);
      return tag?.kind === 'wire' && tag.text === name.text;
    }),
  );
  if (isOpen || isOnWire) return undefined;
  const value = compiler.isPropertyAssignment(property)
    ? property.initializer
    : compiler.isShorthandPropertyAssignment(property)
      ? name
      : undefined;
  const type = value && checker.getTypeAtLocation(value);
  const fields = type && type.flags & compiler.TypeFlags.Object ? type.getProperties() : [];
  const isBody =
    compiler.isCallExpression(node.parent) &&
    value !== undefined &&
    fields.some((field) => field.name !== 'stream') &&
    fields.every(
      (field) =>
        field.name === 'stream' ||
        propertiesOf(types, field.name).some((own) => isOfficialSymbol(migration, own)),
    );
  if (!isBody) {
    migration.leave(
      name,
      `\`${name.text}\` does not exist here; fields that the API has and the types lack are passed in \`body\` of the options`,
    );
    return undefined;
  }
  if (compiler.isObjectLiteralExpression(value)) {
    const first = value.properties[0]!;
    const last = value.properties.at(-1)!;
    remove(migration, property, property.getStart(), first.getStart());
    remove(migration, property, last.end, property.end);
    return value;
  }
  if (compiler.isShorthandPropertyAssignment(property) && compiler.isIdentifier(name)) {
    insert(migration, name, name.getStart(), '...');
    return name;
  }
  remove(migration, property, property.getStart(), value.getStart());
  insert(migration, value, value.getStart(), '...');
  return value;
}

/** The fields of a literal by name; `undefined` if some cannot be told. */
export function fieldsOf(
  { compiler }: Migration,
  node: ts.Expression,
): ReadonlyMap<string, ts.Expression> | undefined {
  if (!compiler.isObjectLiteralExpression(node)) return undefined;
  const fields = new Map<string, ts.Expression>();
  for (const property of node.properties) {
    if (compiler.isPropertyAssignment(property) && compiler.isIdentifier(property.name))
      fields.set(property.name.text, property.initializer);
    else if (compiler.isShorthandPropertyAssignment(property)) fields.set(property.name.text, property.name);
    else return undefined;
  }
  return fields;
}
