import type ts from 'typescript';

import { fieldsOf } from './fields.js';
import { readFetcher } from './fetchers.js';
import { readHooks, rewriteHook } from './hooks.js';
import { importName, insert, isScript, remove, replace, type Migration } from './migration.js';

/** Rewrites the option `httpClient`, with the HTTPClient that it is given: what sends is `fetch`, and hooks are `middleware`. */
export function rewriteHTTPClient(
  migration: Migration,
  property: ts.ObjectLiteralElementLike,
  value: ts.Expression,
): void {
  const made = constructionOf(migration, value);
  const [options] = made?.arguments ?? [];
  const fields = options && fieldsOf(migration, options);
  const fetcher = fields?.get('fetcher');
  if (!made || (options && (!fetcher || fields?.size !== 1)))
    return migration.leave(
      property,
      'here `fetch` is what sends: pass the function that the HTTPClient was made of, and hooks as `middleware`',
    );
  const passOn = fetcher ? readFetcher(migration, fetcher) : () => {};
  if (!passOn)
    return migration.leave(
      fetcher!,
      '`fetch` is called with a URL and `init`, and never with a Request: read those',
    );
  const uses = otherUses(migration, value);
  const isDone =
    uses.length > 0
      ? rewriteWithHooks(migration, property, made, uses, fetcher)
      : rewriteFetcher(migration, property, value, made, fetcher);
  if (isDone) passOn();
}

function rewriteFetcher(
  migration: Migration,
  property: ts.ObjectLiteralElementLike,
  value: ts.Expression,
  made: ts.NewExpression,
  fetcher: ts.Expression | undefined,
): boolean {
  const { compiler } = migration;
  if (!fetcher) removeProperty(migration, property);
  else if (made === value) {
    remove(migration, property, fetcher.end, value.end);
    migration.edit(property.getSourceFile(), {
      start: property.getStart(),
      end: fetcher.getStart(),
      text: 'fetch: ',
    });
  } else {
    // The constant holds the function from now on, whose parameters had their types from the HTTPClient.
    const { parent } = made;
    if (!isScript(made) && compiler.isVariableDeclaration(parent))
      insert(
        migration,
        parent,
        parent.name.end,
        `: ${importName(migration, parent, 'mistral-sdk', 'Fetch', true)}`,
      );
    remove(migration, made, made.getStart(), fetcher.getStart());
    remove(migration, made, fetcher.end, made.end);
    nameOption(migration, property, 'fetch');
  }
  return true;
}

/** The constant becomes a list of middleware; with what sends, an object that has both. */
function rewriteWithHooks(
  migration: Migration,
  property: ts.ObjectLiteralElementLike,
  made: ts.NewExpression,
  uses: readonly ts.Identifier[],
  fetcher: ts.Expression | undefined,
): boolean {
  const { compiler } = migration;
  // It is a constant: there are uses of it.
  const declaration = made.parent as ts.VariableDeclaration;
  const hooks = readHooks(migration, uses);
  const isExported = (compiler.getCombinedModifierFlags(declaration) & compiler.ModifierFlags.Export) !== 0;
  if ('undecided' in hooks || isExported) {
    migration.leave(
      'undecided' in hooks ? hooks.undecided : declaration,
      'hooks of an HTTPClient are `middleware` here; this one takes more than the headers, the URL and the method of a request; see docs/network.md',
    );
    return false;
  }
  const type = (name: 'Fetch' | 'Middleware'): string =>
    importName(migration, declaration, 'mistral-sdk', name, true);
  const isTyped = !isScript(declaration);
  if (!fetcher || isInScope(migration, fetcher, property)) {
    if (isTyped) insert(migration, declaration, declaration.name.end, `: ${type('Middleware')}[]`);
    replace(migration, made, '[]');
    if (fetcher) insert(migration, property, property.getStart(), `fetch: ${fetcher.getText()}, `);
    nameOption(migration, property, 'middleware');
    for (const hook of hooks) rewriteHook(migration, hook, '');
    return true;
  }
  if (isTyped)
    insert(
      migration,
      declaration,
      declaration.name.end,
      `: { fetch: ${type('Fetch')}; middleware: ${type('Middleware')}[] }`,
    );
  const [options] = made.arguments!;
  const field = fetcher.parent;
  remove(migration, made, made.getStart(), options!.getStart());
  remove(migration, made, options!.end, made.end);
  if (compiler.isShorthandPropertyAssignment(field)) insert(migration, field, field.getStart(), 'fetch: ');
  else if (compiler.isPropertyAssignment(field)) replace(migration, field.name, 'fetch');
  const { text } = made.getSourceFile();
  const [space] = /\n[^\S\n]*$/.exec(text.slice(0, field.getStart())) ?? [' '];
  insert(migration, field, field.end, `,${space}middleware: []`);
  const name = declaration.name.getText();
  replace(migration, property, `...${name}`);
  for (const hook of hooks) rewriteHook(migration, hook, 'middleware.');
  return true;
}

function isInScope({ compiler, checker }: Migration, fetcher: ts.Expression, place: ts.Node): boolean {
  const symbol = compiler.isIdentifier(fetcher) ? valueSymbol({ compiler, checker }, fetcher) : undefined;
  return (
    symbol !== undefined && checker.getSymbolsInScope(place, compiler.SymbolFlags.Value).includes(symbol)
  );
}

function nameOption(migration: Migration, property: ts.ObjectLiteralElementLike, name: string): void {
  if (migration.compiler.isShorthandPropertyAssignment(property))
    insert(migration, property, property.getStart(), `${name}: `);
  else replace(migration, property.name!, name);
}

/** `new HTTPClient(…)`, as it stands there or in the constant of that name. */
function constructionOf(migration: Migration, value: ts.Expression): ts.NewExpression | undefined {
  const { compiler, checker } = migration;
  if (compiler.isNewExpression(value)) return value;
  if (!compiler.isIdentifier(value)) return undefined;
  const declaration = valueSymbol(migration, value)?.valueDeclaration;
  return declaration &&
    compiler.isVariableDeclaration(declaration) &&
    declaration.initializer &&
    compiler.isNewExpression(declaration.initializer) &&
    checker.getTypeAtLocation(declaration.initializer).symbol?.name === 'HTTPClient' &&
    !declaration.type
    ? declaration.initializer
    : undefined;
}

function valueSymbol(
  { compiler, checker }: Pick<Migration, 'compiler' | 'checker'>,
  value: ts.Identifier,
): ts.Symbol | undefined {
  return compiler.isShorthandPropertyAssignment(value.parent)
    ? checker.getShorthandAssignmentValueSymbol(value.parent)
    : checker.getSymbolAtLocation(value);
}

/** Where the constant is used but for options of clients. */
function otherUses(migration: Migration, value: ts.Expression): ts.Identifier[] {
  const { compiler } = migration;
  if (!compiler.isIdentifier(value)) return [];
  const symbol = valueSymbol(migration, value);
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    const isUse =
      compiler.isIdentifier(node) && node.text === value.text && valueSymbol(migration, node) === symbol;
    if (isUse && node !== symbol?.valueDeclaration?.getChildAt(0) && !isOption(node)) uses.push(node);
    compiler.forEachChild(node, visit);
  };
  visit(value.getSourceFile());
  return uses;

  function isOption({ parent }: ts.Node): boolean {
    return (
      (compiler.isShorthandPropertyAssignment(parent) || compiler.isPropertyAssignment(parent)) &&
      parent.name?.getText() === 'httpClient'
    );
  }
}

/** Removes a property with the comma that separates it from the next. */
function removeProperty(migration: Migration, property: ts.ObjectLiteralElementLike): void {
  const siblings = (property.parent as ts.ObjectLiteralExpression).properties;
  const index = siblings.indexOf(property);
  const next = siblings[index + 1];
  if (next) remove(migration, property, property.getStart(), next.getStart());
  else remove(migration, property, index > 0 ? siblings[index - 1]!.end : property.getStart(), property.end);
}
