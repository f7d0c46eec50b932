import type ts from 'typescript';

import { insert, isOfficialSymbol, isScript, membersOf, remove, type Migration } from './migration.js';

/** What `await` gives is wrapped here: a list in a page, the bytes of a download in a response. */
export function unwrapAwaited(migration: Migration, node: ts.AwaitExpression): void {
  const { compiler } = migration;
  const field = wrapperOf(migration, migration.checker.getTypeAtLocation(node));
  if (field === undefined || compiler.isExpressionStatement(node.parent)) return;

  const suffix = field === 'body' && !isScript(node) ? '.body!' : `.${field}`;
  if (compiler.isParenthesizedExpression(node.parent))
    return insert(migration, node, node.parent.end, suffix);
  insert(migration, node, node.getStart(), '(');
  insert(migration, node, node.end, `)${suffix}`);
}

function wrapperOf(migration: Migration, type: ts.Type): 'items' | 'body' | undefined {
  if (!isOfficialSymbol(migration, type.symbol)) return undefined;
  if (type.symbol.name === 'PageArray') return 'items';
  return type.symbol.name === 'Download' ? 'body' : undefined;
}

/** A wrapped result that is not awaited on the spot. */
export function checkCall(migration: Migration, node: ts.CallExpression): void {
  const { compiler, checker } = migration;
  const awaited = checker.getAwaitedType(checker.getTypeAtLocation(node));
  const field = awaited && wrapperOf(migration, awaited);
  if (field && !compiler.isAwaitExpression(node.parent) && checker.getTypeAtLocation(node) !== awaited)
    migration.leave(
      node,
      field === 'items'
        ? 'gives a page here, whose `items` are the list'
        : 'gives a Response here, whose `body` is the stream',
    );
}

/** The official SDK iterates over pages, and this package over items. */
export function iteratePages(migration: Migration, node: ts.ForOfStatement): void {
  const { compiler, checker } = migration;
  const type = checker.getTypeAtLocation(node.expression);
  if (!membersOf(checker, type).some((member) => member.getProperty('itemsOfPage$'))) return;
  const { expression } = node;
  const inner = compiler.isAwaitExpression(expression) ? expression.expression : expression;
  if (inner !== expression) remove(migration, expression, expression.getStart(), inner.getStart());
  insert(migration, inner, inner.end, '.pages()');
}
