import type ts from 'typescript';

import { insert, isAny, propertiesOf, type Migration } from './migration.js';

/** The official SDK takes a `Date` where the wire has its text. */
export function convertsDate(migration: Migration, node: ts.Expression, types: readonly ts.Type[]): boolean {
  const { compiler, checker } = migration;
  const isText = types.every((type) => type.flags & compiler.TypeFlags.StringLike);
  if (!isText || checker.getTypeAtLocation(node).symbol?.name !== 'Date') return false;
  insert(migration, node, node.end, '.toISOString()');
  return true;
}

/** The name of a file says its format; the official SDK calls one without a name `blob`. */
export function refuseBlob(migration: Migration, node: ts.Expression, types: readonly ts.Type[]): void {
  const { compiler, checker } = migration;
  if (propertiesOf(types, 'fileName').length === 0) return;
  const type = checker.getTypeAtLocation(node);
  if (type.symbol?.name === 'Blob')
    migration.leave(
      node,
      'a Blob has no name, and the API reads the format from it: pass `{ name, content }`',
    );
  else if (isAny(compiler, type))
    migration.leave(
      node,
      'a file of a type that is not known: a file is `{ name, content }`, a `File` or a read stream',
    );
}
