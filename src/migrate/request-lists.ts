import type ts from 'typescript';

import { insert, isOfficial, membersOf, symbolOf, type Migration } from './migration.js';
import { requestList } from './official-types.js';

/** Tells of a list of a request that is changed, which is read-only here. */
export function leaveChangedList(
  migration: Migration,
  { name, expression }: ts.PropertyAccessExpression,
  owner: ts.Type,
): boolean {
  if (!changesList.has(name.text) || !isRequestList(migration, owner) || hasOwnType(migration, expression))
    return false;
  migration.leave(
    name,
    'a list of a request is read-only here: build it as a list of its own, such as `ChatMessage[]`, and pass that',
  );
  return true;
}

const changesList: ReadonlySet<string> = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
]);

/** Whether the program says what a variable or a field of its own is. */
function hasOwnType(migration: Migration, node: ts.Expression): boolean {
  const declaration = symbolOf(migration, node)?.valueDeclaration;
  return (
    declaration !== undefined &&
    !isOfficial(migration, declaration) &&
    'type' in declaration &&
    declaration.type !== undefined
  );
}

/** A list of a request is read-only here: what is built as `Request['messages']` has to be a list of the program's own. */
export function makeListMutable(migration: Migration, node: ts.IndexedAccessTypeNode): void {
  const { compiler, checker } = migration;
  const { parent } = node;
  const isPresent = compiler.isTypeReferenceNode(parent) && parent.typeName.getText() === 'NonNullable';
  const list = isPresent ? parent : node;
  const isElement = compiler.isIndexedAccessTypeNode(list.parent) && list.parent.objectType === list;
  if (!isElement && checker.getTypeFromTypeNode(list).symbol?.name === requestList)
    insert(migration, list, list.end, '[number][]');
}

const isRequestList = ({ checker }: Migration, type: ts.Type): boolean =>
  membersOf(checker, type).some(({ symbol }) => symbol?.name === requestList);
