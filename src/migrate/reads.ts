import type ts from 'typescript';

import {
  importName,
  insert,
  isAny,
  isOfficialSymbol,
  isOfficialType,
  membersOf,
  pageName,
  propertiesOf,
  quoteOf,
  remove,
  replace,
  symbolOf,
  tagOf,
  withoutAssertions,
  type Migration,
  type Tag,
} from './migration.js';
import type { Keys } from './keys.js';
import { elementOf, renameAssignment, renamePattern } from './patterns.js';
import { leaveChangedList, makeListMutable } from './request-lists.js';
import { checkCall, iteratePages, unwrapAwaited } from './wrapped-results.js';

/** Renames what a file reads: fields of responses, members of enums, names of classes and types. */
export function renameReads(migration: Migration, file: ts.SourceFile, keys: Keys, isUser: boolean): void {
  const { compiler } = migration;
  const visit = (node: ts.Node): void => {
    if (compiler.isImportDeclaration(node)) return;
    if (compiler.isPropertyAccessExpression(node)) renameAccess(migration, node, isUser);
    else if (compiler.isObjectBindingPattern(node)) renamePattern(migration, node, isUser);
    else if (compiler.isAwaitExpression(node)) unwrapAwaited(migration, node);
    else if (compiler.isCallExpression(node)) checkCall(migration, node);
    else if (compiler.isForOfStatement(node)) readLoop(migration, node, isUser);
    else if (compiler.isBinaryExpression(node)) readBinary(migration, node, isUser);
    else if (compiler.isQualifiedName(node)) renameQualified(migration, node);
    else if (compiler.isIndexedAccessTypeNode(node)) makeListMutable(migration, node);
    else if (compiler.isAsExpression(node)) checkDouble(migration, node);
    keys.rename(node);
    compiler.forEachChild(node, visit);
  };
  visit(file);
}

function renameAccess(migration: Migration, node: ts.PropertyAccessExpression, isUser: boolean): void {
  const { compiler, checker } = migration;
  const { name, expression } = node;
  if (!compiler.isIdentifier(name) || migration.settled.has(name)) return;
  const owner = checker.getTypeAtLocation(expression);
  const symbol = checker.getSymbolAtLocation(name);
  if (leaveChangedList(migration, node, owner)) return;
  const page = pageName(migration, owner, name.text);
  if (page !== undefined) {
    if (page === '')
      migration.leave(name, `a page has \`items\` and \`total\` here, and no \`${name.text}\``);
    else if (page !== name.text) replace(migration, name, page);
    return;
  }
  const tag = tagOf(migration, symbol);
  if (tag) return applyTag(migration, node, tag, owner);
  if (symbol && !isOfficialSymbol(migration, symbol)) return;
  if (!symbol) readUnknown(migration, node, owner, isUser);
}

function applyTag(
  migration: Migration,
  node: ts.PropertyAccessExpression,
  { kind, text }: Tag,
  owner: ts.Type,
): void {
  const { compiler } = migration;
  const { name, expression } = node;
  if (kind === 'wire') {
    const [wire, module] = text.split(' from ');
    if (module) migration.leave(node, `import \`${wire}\` from '${module}'`);
    else if (wire !== name.text) replace(migration, name, wire!);
  } else if (kind === 'leave') migration.leave(name, text);
  else if (kind === 'unwrap') unwrap(migration, node);
  else if (kind === 'within') insert(migration, node, name.getStart(), `${text}.`);
  else if (kind === 'hoist') {
    const isMessage = compiler.isPropertyAccessExpression(expression) && expression.name.text === 'message';
    if (!isMessage)
      migration.leave(
        name,
        '`parsed` is next to `message` here: read it from the choice, or from what `parse()` gives',
      );
    else remove(migration, expression, expression.expression.end, expression.end);
  } else specialReads[text]?.(migration, node, owner);
}

/** `event.data?.choices` is `event.choices`. */
function unwrap(migration: Migration, node: ts.PropertyAccessExpression): void {
  const { compiler } = migration;
  const { parent } = node;
  // In an assertion or a parenthesis, as everywhere else, what is left is the event itself.
  remove(migration, node, node.expression.end, node.end);
  const chained =
    (compiler.isPropertyAccessExpression(parent) || compiler.isElementAccessExpression(parent)) &&
    parent.expression === node
      ? parent.questionDotToken
      : undefined;
  if (chained && !node.questionDotToken)
    migration.edit(node.getSourceFile(), {
      start: chained.getStart(),
      end: chained.end,
      text: compiler.isPropertyAccessExpression(parent) ? '.' : '',
    });
}

const specialReads: Readonly<
  Record<string, (migration: Migration, node: ts.PropertyAccessExpression, owner: ts.Type) => void>
> = {
  eventName(migration, node, owner) {
    const data = propertiesOf(membersOf(migration.checker, owner), 'data');
    const types = data.flatMap((symbol) =>
      membersOf(migration.checker, migration.checker.getTypeOfSymbol(symbol)),
    );
    if (types.length > 0 && types.every((type) => type.getProperty('type')))
      replace(migration, node.name, 'type');
    else migration.leave(node.name, 'the events of this stream have no name here');
  },

  enum(migration, node) {
    const { compiler, checker } = migration;
    const type = checker.getTypeAtLocation(node);
    const quote = quoteOf(node.getSourceFile());
    if (type.flags & compiler.TypeFlags.StringLiteral)
      replace(migration, node, `${quote}${(type as ts.StringLiteralType).value}${quote}`);
  },

  parse(migration, node) {
    rewriteParse(migration, node, (client) => {
      const structured = importName(migration, node, 'mistral-sdk/structured', 'structured');
      insert(migration, client, client.getStart(), `${structured}(`);
      insert(migration, client, client.end, ')');
    });
  },

  parseStream(migration, node) {
    rewriteParse(migration, node, () => {
      const [request] = (node.parent as ts.CallExpression).arguments;
      const { compiler } = migration;
      const format = compiler.isObjectLiteralExpression(request!)
        ? request.properties.find(({ name }) => name?.getText() === 'responseFormat')
        : undefined;
      if (
        !format ||
        !(compiler.isPropertyAssignment(format) || compiler.isShorthandPropertyAssignment(format))
      )
        return migration.leave(
          node,
          'a stream with a schema is `structured(mistral.chat).stream()` here, which yields what is parsed',
        );
      const value = compiler.isPropertyAssignment(format) ? format.initializer : format.name;
      // Its own name is written before it already.
      const responseFormat = importName(migration, node, 'mistral-sdk/structured', 'responseFormat');
      insert(migration, value, value.getStart(), `${responseFormat}(`);
      insert(migration, value, value.end, ')');
      replace(migration, node.name, 'stream');
    });
  },
};

function rewriteParse(
  migration: Migration,
  node: ts.PropertyAccessExpression,
  rewrite: (client: ts.Expression) => void,
): void {
  const { compiler } = migration;
  if (compiler.isCallExpression(node.parent) && node.parent.expression === node) rewrite(node.expression);
  else
    migration.leave(
      node,
      '`parse` is a method of `structured(mistral.chat)` here, from mistral-sdk/structured',
    );
}

/** A name that its type does not have. */
function readUnknown(
  migration: Migration,
  node: ts.PropertyAccessExpression,
  owner: ts.Type,
  isUser: boolean,
): void {
  const { compiler, checker, official } = migration;
  const name = node.name.text;
  if (isAny(compiler, owner)) {
    if (!isUser) return;
    if (name === 'statusCode' && isCaught(migration, node.expression))
      migration.leave(
        node.name,
        '`statusCode` of what was caught: errors of mistral-sdk have `status`, a number',
      );
    else if (official.renamedFields.has(name))
      migration.leave(
        node.name,
        `\`${name}\` of a value whose type is not known: if it comes from the API, it has its name on the wire`,
      );
    return;
  }
  const members = membersOf(checker, owner);
  // Any name may be read from data of the user.
  if (members.some((type) => checker.getIndexTypeOfType(type, compiler.IndexKind.String))) return;
  const [some] = propertiesOf(members, name);
  if (isOfficialSymbol(migration, some)) {
    const tag = tagOf(migration, some);
    if (tag?.kind === 'wire') replace(migration, node.name, tag.text);
    migration.leave(node.name, `not every member of this union has \`${name}\` here`);
    return;
  }
  const isText = members.length > 0 && members.every(({ flags }) => flags & compiler.TypeFlags.StringLike);
  const isRead = isOfficialSymbol(migration, symbolOf(migration, node.expression));
  // The official SDK makes a `Date` of it; no other text has that method in a program that compiles.
  if (isText && name in Date.prototype && (isUser || isRead)) {
    const isAbsent = checker.getNonNullableType(owner) !== owner;
    if (node.questionDotToken && isAbsent)
      return migration.leave(
        node.name,
        'a date is a text here, and may be absent: make a `Date` of one that is there',
      );
    insert(migration, node.expression, node.expression.getStart(), 'new Date(');
    insert(migration, node.expression, node.expression.end, ')');
  } else if (members.some((type) => isOfficialType(migration, type)))
    migration.leave(node.name, `\`${name}\` does not exist in mistral-sdk`);
}

/** Whether an expression is the variable of a `catch` clause, whatever type is asserted. */
function isCaught(migration: Migration, node: ts.Expression): boolean {
  const { compiler } = migration;
  const declaration = symbolOf(migration, withoutAssertions(compiler, node))?.valueDeclaration;
  return declaration !== undefined && compiler.isCatchClause(declaration.parent);
}

function readLoop(migration: Migration, node: ts.ForOfStatement, isUser: boolean): void {
  if (node.awaitModifier) iteratePages(migration, node);
  const { initializer, expression } = node;
  if (!migration.compiler.isObjectLiteralExpression(initializer)) return;
  const element = elementOf(migration, migration.checker.getTypeAtLocation(expression));
  if (element) renameAssignment(migration, initializer, element, isUser);
  else if (isUser)
    migration.leave(
      initializer,
      'what is taken apart here is not known: if it comes from the API, it has its names on the wire',
    );
}

function readBinary(
  migration: Migration,
  { left, right, operatorToken }: ts.BinaryExpression,
  isUser: boolean,
): void {
  const { compiler, checker } = migration;
  const isPattern = compiler.isObjectLiteralExpression(left) || compiler.isArrayLiteralExpression(left);
  if (operatorToken.kind === compiler.SyntaxKind.EqualsToken && isPattern)
    renameAssignment(migration, left, checker.getTypeAtLocation(right), isUser);
  // The official SDK makes a `Date` of it.
  const isDate =
    operatorToken.kind === compiler.SyntaxKind.InstanceOfKeyword &&
    right.getText() === 'Date' &&
    isOfficialSymbol(migration, symbolOf(migration, left));
  if (isDate) migration.leave(left, 'a date is a text here, such as `2026-01-31T12:00:00Z`');
}

/** Tells of an object that a test passes as the client. */
function checkDouble(migration: Migration, node: ts.AsExpression): void {
  const { checker } = migration;
  const type = checker.getTypeFromTypeNode(node.type);
  if (type.symbol?.name !== 'Mistral' || !isOfficialType(migration, type)) return;
  const given = checker.getTypeAtLocation(withoutAssertions(migration.compiler, node));
  if (given.getProperties().length > 0 && !isOfficialType(migration, given))
    migration.leave(
      node.expression,
      'what stands for the client has the names on the wire, too; `createMockMistral()` of mistral-sdk/testing makes one that is a client; see docs/testing.md',
    );
}

function renameQualified(migration: Migration, node: ts.QualifiedName): void {
  const { compiler, checker } = migration;
  const symbol = checker.getSymbolAtLocation(node.right);
  const tag = tagOf(
    migration,
    symbol && symbol.flags & compiler.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  );
  if (tag?.kind === 'leave') migration.leave(node.right, tag.text);
  if (tag?.kind !== 'wire') return;
  const [wire, module] = tag.text.split(' from ');
  if (module) migration.leave(node.right, `import \`${wire}\` from '${module}'`);
  else replace(migration, node.right, wire!);
}
