import type ts from 'typescript';

import { propertiesOf, replace, tagOf, type Migration } from './migration.js';

/** A field of a variable that the program writes or reads, and that no type and no literal declares. */
export interface WrittenField {
  readonly name: string;
  /** What is assigned to it. */
  readonly value: ts.Expression | undefined;
}

/**
 * Gives `request.maxTokens = 1` its name on the wire, where the request was made as `{}`, or as a `Record`.
 *
 * @param use - A use of the variable.
 * @param types - What the variable is passed as.
 * @param isOwn - Whether the variable holds nothing but what is passed: what is read from it has these names, too.
 */
export function renameWrittenField(
  migration: Migration,
  use: ts.Identifier,
  types: readonly ts.Type[],
  isOwn: boolean,
): WrittenField | undefined {
  const { compiler, settled } = migration;
  const access = use.parent;
  const name = nameIn(migration, access, use);
  if (!name || isDeclared(migration, name)) return undefined;
  const assignment = access.parent;
  const value =
    compiler.isBinaryExpression(assignment) &&
    assignment.left === access &&
    isAssignment(migration, assignment)
      ? assignment.right
      : undefined;
  if (!value && !isOwn) return undefined;
  if (settled.has(name)) return undefined;
  const [tag] = propertiesOf(types, name.text).map((symbol) => tagOf(migration, symbol));
  settled.add(name);
  if (tag?.kind === 'wire')
    replace(
      migration,
      name,
      compiler.isIdentifier(name) ? tag.text : `${name.getText()[0]}${tag.text}${name.getText()[0]}`,
    );
  else if (tag?.kind === 'leave') migration.leave(name, tag.text);
  return { name: name.text, value };
}

function nameIn(
  { compiler }: Migration,
  access: ts.Node,
  use: ts.Identifier,
): ts.Identifier | ts.StringLiteral | undefined {
  if (compiler.isPropertyAccessExpression(access) && access.expression === use)
    return compiler.isIdentifier(access.name) ? access.name : undefined;
  if (compiler.isElementAccessExpression(access) && access.expression === use)
    return compiler.isStringLiteral(access.argumentExpression) ? access.argumentExpression : undefined;
  return undefined;
}

/** In JavaScript, an assignment to a field that is missing declares it. */
function isDeclared({ compiler, checker }: Migration, name: ts.Node): boolean {
  const declarations = checker.getSymbolAtLocation(name)?.declarations ?? [];
  return declarations.some(
    (declaration) =>
      !compiler.isPropertyAccessExpression(declaration) &&
      !compiler.isElementAccessExpression(declaration) &&
      !compiler.isBinaryExpression(declaration),
  );
}

const isAssignment = ({ compiler }: Migration, { operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind === compiler.SyntaxKind.EqualsToken ||
  kind === compiler.SyntaxKind.QuestionQuestionEqualsToken ||
  kind === compiler.SyntaxKind.BarBarEqualsToken;
