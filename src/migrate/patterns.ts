import type ts from 'typescript';

import {
  insert,
  isAny,
  membersOf,
  pageName,
  propertiesOf,
  remove,
  replace,
  tagOf,
  type Migration,
  type Tag,
} from './migration.js';

/** Renames what a declaration or a parameter takes apart. Patterns inside of it are visited by themselves. */
export function renamePattern(migration: Migration, pattern: ts.ObjectBindingPattern, isUser: boolean): void {
  const { compiler, checker } = migration;
  const owner = checker.getTypeAtLocation(pattern);
  for (const element of pattern.elements) {
    const key = element.propertyName ?? element.name;
    if (element.dotDotDotToken || !compiler.isIdentifier(key)) continue;
    const tag = tagOfKey(migration, owner, key, isUser);
    if (!tag) continue;
    if (tag.kind === 'wire') renameElement(migration, element, key, tag.text.split(' from ')[0]!);
    else if (tag.kind === 'unwrap' && pattern.elements.length === 1) {
      // `const { data } of stream` is the event itself.
      remove(migration, pattern, pattern.getStart(), element.name.getStart());
      remove(migration, pattern, element.end, pattern.end);
    } else if (tag.kind === 'special' && tag.text === 'eventName')
      renameElement(migration, element, key, 'type');
    else leaveKey(migration, key, tag);
  }
}

/** Renames what an assignment takes apart, `({ finishReason } = choice)`, and the patterns inside of it. */
export function renameAssignment(
  migration: Migration,
  target: ts.Expression,
  owner: ts.Type,
  isUser: boolean,
): void {
  const { compiler, checker } = migration;
  if (compiler.isParenthesizedExpression(target))
    return renameAssignment(migration, target.expression, owner, isUser);
  // With a default.
  if (compiler.isBinaryExpression(target)) return renameAssignment(migration, target.left, owner, isUser);
  if (compiler.isArrayLiteralExpression(target)) {
    const element = elementOf(migration, owner);
    if (element)
      for (const each of target.elements)
        if (!compiler.isSpreadElement(each)) renameAssignment(migration, each, element, isUser);
    return;
  }
  if (!compiler.isObjectLiteralExpression(target)) return;
  for (const property of target.properties) {
    const { name } = property;
    if (!name || !compiler.isIdentifier(name)) continue;
    const tag = tagOfKey(migration, owner, name, isUser);
    if (tag?.kind === 'wire') {
      const wire = tag.text.split(' from ')[0]!;
      if (compiler.isShorthandPropertyAssignment(property))
        insert(migration, name, name.getStart(), `${wire}: `);
      else replace(migration, name, wire);
    } else if (tag) leaveKey(migration, name, tag);
    if (!compiler.isPropertyAssignment(property)) continue;
    const field = checker.getPropertyOfType(checker.getNonNullableType(owner), name.text);
    if (field) renameAssignment(migration, property.initializer, checker.getTypeOfSymbol(field), isUser);
  }
}

/** What an array has; `undefined` for what is none. */
export function elementOf({ compiler, checker }: Migration, type: ts.Type): ts.Type | undefined {
  const some = checker.getNonNullableType(type);
  return isAny(compiler, some) ? some : checker.getIndexTypeOfType(some, compiler.IndexKind.Number);
}

function tagOfKey(
  migration: Migration,
  owner: ts.Type,
  key: ts.Identifier,
  isUser: boolean,
): Tag | undefined {
  const { compiler, checker, official } = migration;
  const [symbol] = propertiesOf(membersOf(checker, owner), key.text);
  // Without a type of its own, a parameter has the type of its pattern.
  if (isAny(compiler, owner) || (symbol && !symbol.declarations))
    return isUser && official.renamedFields.has(key.text)
      ? {
          kind: 'leave',
          text: `\`${key.text}\` of a value whose type is not known: if it comes from the API, it has its name on the wire`,
        }
      : undefined;
  const page = pageName(migration, owner, key.text);
  if (page === undefined) return tagOf(migration, symbol);
  if (page === '')
    return { kind: 'leave', text: `a page has \`items\` and \`total\` here, and no \`${key.text}\`` };
  return page === key.text ? undefined : { kind: 'wire', text: page };
}

const leaveKey = (migration: Migration, key: ts.Identifier, { kind, text }: Tag): void =>
  migration.leave(
    key,
    kind === 'leave' ? text : `\`${key.text}\` is taken from where it is no more: read it by its name`,
  );

function renameElement(
  migration: Migration,
  element: ts.BindingElement,
  key: ts.Identifier,
  wire: string,
): void {
  if (element.propertyName) replace(migration, key, wire);
  else insert(migration, key, key.getStart(), `${wire}: `);
}
