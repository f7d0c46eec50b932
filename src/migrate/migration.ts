import type ts from 'typescript';

import type { Compiler } from './compiler.js';
import type { Edit } from './edits.js';
import { isOfficialSpecifier, type OfficialTypes } from './official-types.js';

/** What became of a name, from the tag on its declaration. */
export interface Tag {
  readonly kind: 'wire' | 'leave' | 'special' | 'unwrap' | 'hoist' | 'within';
  readonly text: string;
}

/** What somebody has to decide, and where. */
export interface Leftover {
  readonly position: number;
  readonly reason: string;
}

/** What a rule needs, and where it writes to. */
export interface Migration {
  readonly compiler: Compiler;
  readonly checker: ts.TypeChecker;
  readonly official: OfficialTypes;
  /** Names of fields of the program's own literals, which reach the API. */
  readonly renamed: Map<ts.Node, string>;
  /** Names in the program that have been dealt with, whatever their types say. */
  readonly settled: Set<ts.Node>;
  /** What is imported in addition, by the file: a module, and a name, of a type after `type `. */
  readonly imports: Map<ts.SourceFile, Map<string, Set<string>>>;
  edit(file: ts.SourceFile, edit: Edit): void;
  leave(node: ts.Node, reason: string): void;
}

/** Replaces the text of a node, without the comments before it. */
export const replace = (migration: Migration, node: ts.Node, text: string): void =>
  migration.edit(node.getSourceFile(), { start: node.getStart(), end: node.end, text });

export const insert = (migration: Migration, node: ts.Node, position: number, text: string): void =>
  migration.edit(node.getSourceFile(), { start: position, end: position, text });

export const remove = (migration: Migration, node: ts.Node, start: number, end: number): void =>
  migration.edit(node.getSourceFile(), { start, end, text: '' });

/** Has `name` imported into the file of a node, and tells what it is called there. */
export function importName(
  migration: Migration,
  node: ts.Node,
  module: string,
  name: string,
  isType = false,
): string {
  const file = node.getSourceFile();
  const modules = migration.imports.get(file) ?? new Map<string, Set<string>>();
  migration.imports.set(file, modules);
  const local = isFree(migration, file, name) ? name : `mistral${name[0]!.toUpperCase()}${name.slice(1)}`;
  const written = (isType ? 'type ' : '') + (local === name ? name : `${name} as ${local}`);
  modules.set(module, (modules.get(module) ?? new Set()).add(written));
  return local;
}

/** Whether nothing in a file is called so, imports of the official SDK left aside. */
export function isFree({ compiler }: Migration, file: ts.SourceFile, name: string): boolean {
  const isTaken = (node: ts.Node): boolean => {
    if (
      compiler.isImportDeclaration(node) &&
      compiler.isStringLiteral(node.moduleSpecifier) &&
      isOfficialSpecifier(node.moduleSpecifier.text)
    )
      return false;
    if (compiler.isIdentifier(node)) return node.text === name && !isFieldName(compiler, node);
    return compiler.forEachChild(node, isTaken) ?? false;
  };
  return !isTaken(file);
}

/** Whether a name is that of a field, which takes the name from nothing else. */
function isFieldName(compiler: Compiler, node: ts.Identifier): boolean {
  const { parent } = node;
  if (compiler.isBindingElement(parent)) return parent.propertyName === node;
  if (compiler.isQualifiedName(parent)) return parent.right === node;
  return (
    (compiler.isPropertyAccessExpression(parent) ||
      compiler.isPropertyAssignment(parent) ||
      compiler.isPropertySignature(parent) ||
      compiler.isPropertyDeclaration(parent) ||
      compiler.isMethodDeclaration(parent) ||
      compiler.isMethodSignature(parent)) &&
    parent.name === node
  );
}

/** A declaration of the official SDK, and not of the program. */
export const isOfficial = ({ official }: Migration, declaration: ts.Node): boolean =>
  official.has(declaration.getSourceFile().fileName);

export const isOfficialSymbol = (migration: Migration, symbol: ts.Symbol | undefined): boolean =>
  symbol?.declarations?.some((declaration) => isOfficial(migration, declaration)) ?? false;

/** What is to become of a name; `undefined` if it stays. Where members of a union disagree, somebody has to decide. */
export function tagOf(migration: Migration, symbol: ts.Symbol | undefined): Tag | undefined {
  const tags = new Map<string, Tag | undefined>();
  for (const declaration of symbol?.declarations ?? []) {
    const tag = tagOfDeclaration(migration, declaration);
    tags.set(`${tag?.kind} ${tag?.text}`, tag);
  }
  if (tags.size <= 1) return [...tags.values()][0];
  return { kind: 'leave', text: 'this name means several things here' };
}

function tagOfDeclaration(migration: Migration, declaration: ts.Declaration): Tag | undefined {
  const { compiler, renamed } = migration;
  const here = renamed.get(declaration);
  if (here !== undefined) return { kind: 'wire', text: here };
  if (!isOfficial(migration, declaration)) return undefined;
  for (const { tagName, comment } of compiler.getJSDocTags(declaration)) {
    const text = compiler.getTextOfJSDocComment(comment) ?? '';
    if (kinds.has(tagName.text)) return { kind: tagName.text as Tag['kind'], text };
  }
  return undefined;
}

const kinds: ReadonlySet<string> = new Set(['wire', 'leave', 'special', 'unwrap', 'hoist', 'within']);

/** The members of a union without `null` and `undefined`, with what a type parameter stands for. */
export function membersOf(checker: ts.TypeChecker, type: ts.Type): ts.Type[] {
  const some = checker.getNonNullableType(type);
  if (some.isUnion()) return some.types.flatMap((member) => membersOf(checker, member));
  if (!some.isTypeParameter()) return [some];
  const constraint = checker.getBaseConstraintOfType(some);
  return constraint && constraint !== some ? membersOf(checker, constraint) : [];
}

/** What the arrays among some types have. */
export function elementsOf({ compiler, checker }: Migration, types: readonly ts.Type[]): ts.Type[] {
  return types.flatMap((type) => {
    if ((type.flags & compiler.TypeFlags.Object) === 0) return [];
    const element = checker.getIndexTypeOfType(type, compiler.IndexKind.Number);
    return element && !checker.getIndexTypeOfType(type, compiler.IndexKind.String)
      ? membersOf(checker, element)
      : [];
  });
}

/** Every member's property of that name. */
export const propertiesOf = (types: readonly ts.Type[], name: string): ts.Symbol[] =>
  types.flatMap((type) => type.getProperty(name) ?? []);

/** Whether a type is declared by the official SDK: it is one of its types, or has fields of it. */
export const isOfficialType = (migration: Migration, type: ts.Type): boolean =>
  isOfficialSymbol(migration, type.aliasSymbol) ||
  isOfficialSymbol(migration, type.symbol) ||
  (type.isIntersection() && type.types.some((member) => isOfficialType(migration, member)));

/** What a field of a page is called: the empty string if there is none, and `undefined` if it is not a page. */
export function pageName({ checker }: Migration, owner: ts.Type, name: string): string | undefined {
  const members = membersOf(checker, owner).filter((type) => type.getProperty('itemsOfPage$'));
  if (members.length === 0) return undefined;
  if (name === 'total') return name;
  const fields = propertiesOf(members, name);
  if (fields.length === 0 || name === 'result') return undefined;
  const isList = fields.every((field) =>
    membersOf(checker, checker.getTypeOfSymbol(field)).every((type) => checker.isArrayType(type)),
  );
  return isList ? 'items' : '';
}

/** What is asserted to be of another type. */
export function withoutAssertions(compiler: Compiler, node: ts.Expression): ts.Expression {
  let value = node;
  while (compiler.isAsExpression(value) || compiler.isParenthesizedExpression(value))
    value = value.expression;
  return value;
}

/** The symbol of a variable, or of the property that is read. */
export const symbolOf = ({ compiler, checker }: Migration, node: ts.Expression): ts.Symbol | undefined =>
  checker.getSymbolAtLocation(compiler.isPropertyAccessExpression(node) ? node.name : node);

export const isAny = (compiler: Compiler, type: ts.Type): boolean =>
  (type.flags & compiler.TypeFlags.Any) !== 0;

/** The quotes that a file uses. */
export const quoteOf = (file: ts.SourceFile): '"' | "'" =>
  (file.text.match(/"/g)?.length ?? 0) > (file.text.match(/'/g)?.length ?? 0) ? '"' : "'";

/** Whether a node stands in JavaScript, which has no types to write. */
export const isScript = (node: ts.Node): boolean => /\.[cm]?jsx?$/.test(node.getSourceFile().fileName);
