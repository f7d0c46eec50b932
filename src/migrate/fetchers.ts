import type ts from 'typescript';

import { insert, type Migration } from './migration.js';

/**
 * What makes a fetcher of the official SDK, which is called with a Request alone, one of this package, which is called with a URL and
 * `init`: nothing for one that passes both on already.
 *
 * @returns `undefined` where it counts on a Request.
 */
export function readFetcher(migration: Migration, fetcher: ts.Expression): (() => void) | undefined {
  const { compiler, checker } = migration;
  const [signature] = checker.getTypeAtLocation(fetcher).getCallSignatures();
  const declaration = signature?.declaration;
  const nothing = (): void => {};
  if (!declaration || declaration.getSourceFile().isDeclarationFile) return nothing;
  const [input, init] = declaration.parameters;
  if (!input) return nothing;
  // It is a function's own: a type has no body to look at.
  if (!compiler.isFunctionLike(declaration) || !compiler.isParameter(input)) return undefined;
  if (!compiler.isIdentifier(input.name) || input.dotDotDotToken) return undefined;
  const calls = callsWith(migration, declaration, input.name);
  if (!calls) return undefined;
  if (init) return nothing;
  const isFree = !/\binit\b/.test(declaration.getText());
  if (!isFree || !calls.every(sends)) return undefined;
  return () => passInit(migration, declaration, input, calls);

  /** A call of a `fetch`, with nothing but options that are written out. */
  function sends({ expression, arguments: [, options, ...others] }: ts.CallExpression): boolean {
    return (
      /fetch$/i.test(expression.getText()) &&
      others.length === 0 &&
      (!options || compiler.isObjectLiteralExpression(options))
    );
  }
}

/** The calls that the parameter is passed to; `undefined` if it is read in any other way. */
function callsWith(
  { compiler, checker }: Migration,
  declaration: ts.Node,
  name: ts.Identifier,
): ts.CallExpression[] | undefined {
  const symbol = checker.getSymbolAtLocation(name);
  const calls: ts.CallExpression[] = [];
  let isRead = false;
  const visit = (node: ts.Node): void => {
    if (compiler.isIdentifier(node) && node !== name && checker.getSymbolAtLocation(node) === symbol) {
      if (compiler.isCallExpression(node.parent) && node.parent.arguments[0] === node)
        calls.push(node.parent);
      else isRead = true;
    }
    compiler.forEachChild(node, visit);
  };
  visit(declaration);
  return isRead ? undefined : calls;
}

function passInit(
  migration: Migration,
  declaration: ts.SignatureDeclaration,
  input: ts.ParameterDeclaration,
  calls: readonly ts.CallExpression[],
): void {
  const { compiler } = migration;
  const isBare = declaration.getText().startsWith(input.getText());
  insert(migration, input, input.getStart(), isBare ? '(' : '');
  insert(migration, input, input.end, (input.type ? ', init?: RequestInit' : ', init') + (isBare ? ')' : ''));
  for (const {
    arguments: [url, options],
  } of calls) {
    if (!options) insert(migration, url!, url!.end, ', init');
    else if (compiler.isObjectLiteralExpression(options))
      insert(
        migration,
        options,
        options.getStart() + 1,
        options.properties.length > 0 ? ' ...init,' : ' ...init ',
      );
  }
}
