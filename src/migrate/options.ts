import type ts from 'typescript';

import { readHooks, rewriteHooks } from './hooks.js';
import { importName, insert, remove, replace, type Migration } from './migration.js';

/** Rewrites an option of a client or of a call that is more than its name. */
export function rewriteOption(
  migration: Migration,
  rule: string,
  property: ts.ObjectLiteralElementLike,
): void {
  const { compiler } = migration;
  const given = compiler.isPropertyAssignment(property) ? property.initializer : property.name;
  if (!given || !compiler.isExpression(given)) return migration.leave(property, 'write this option out');
  rules[rule]?.(migration, property, given);
}

type Rule = (migration: Migration, property: ts.ObjectLiteralElementLike, value: ts.Expression) => void;

const rules: Readonly<Record<string, Rule>> = {
  httpClient(migration, property, value) {
    const made = constructionOf(migration, value);
    const [options] = made?.arguments ?? [];
    const fetcher = options && fieldsOf(migration, options)?.get('fetcher');
    if (!made || (options && !fetcher))
      return migration.leave(
        property,
        'here `fetch` is what sends: pass the function that the HTTPClient was made of, and hooks as `middleware`',
      );
    if (fetcher && takesRequest(migration, fetcher))
      return migration.leave(
        fetcher,
        '`fetch` is called with a URL and `init`, and never with a Request: read those',
      );
    const uses = otherUses(migration, value);
    if (uses.length > 0) return rewriteClientWithHooks(migration, property, made, uses, fetcher);
    if (!fetcher) return removeProperty(migration, property);
    const { compiler } = migration;
    if (made === value) {
      remove(migration, property, fetcher.end, value.end);
      return migration.edit(property.getSourceFile(), {
        start: property.getStart(),
        end: fetcher.getStart(),
        text: 'fetch: ',
      });
    }
    // The variable holds the function from now on, whose parameters had their types from the HTTPClient.
    const { parent } = made;
    const isTyped = !/\.[cm]?jsx?$/.test(made.getSourceFile().fileName);
    if (isTyped && compiler.isVariableDeclaration(parent)) {
      insert(
        migration,
        parent,
        parent.name.end,
        `: ${importName(migration, parent, 'mistral-sdk', 'Fetch', true)}`,
      );
    }
    remove(migration, made, made.getStart(), fetcher.getStart());
    remove(migration, made, fetcher.end, made.end);
    if (compiler.isShorthandPropertyAssignment(property))
      insert(migration, property, property.getStart(), 'fetch: ');
    else replace(migration, property.name!, 'fetch');
  },

  server(migration, property, value) {
    const { compiler } = migration;
    if (!compiler.isStringLiteral(value))
      return migration.leave(property, '`server` is `baseURL` here, such as https://api.eu.mistral.ai');
    const host = value.text === 'global' ? 'api.mistral.ai' : `api.${value.text}.mistral.ai`;
    const quote = value.getText()[0]!;
    replace(migration, property, `baseURL: ${quote}https://${host}${quote}`);
  },

  userAgent(migration, property, value) {
    const { compiler } = migration;
    if (compiler.isShorthandPropertyAssignment(property))
      return replace(migration, property, `headers: { 'user-agent': ${value.getText()} }`);
    migration.edit(property.getSourceFile(), {
      start: property.getStart(),
      end: value.getStart(),
      text: "headers: { 'user-agent': ",
    });
    insert(migration, value, value.end, ' }');
  },

  retries(migration, property, value) {
    const retry = retriesOf(migration, value);
    if (retry === undefined)
      return migration.leave(
        property,
        'retries that are not written out as numbers: `maxRetries` says how many, `retry: { initialDelayMs, maxDelayMs }` their delays',
      );
    replace(migration, property, retry);
  },

  fetchOptions(migration, property, value) {
    const { compiler } = migration;
    if (!compiler.isObjectLiteralExpression(value) || !fieldsOf(migration, value))
      return migration.leave(
        property,
        '`signal` and `headers` are options of the call here, the others stay in `fetchOptions`: write them out',
      );
    const isOwn = ({ name }: ts.ObjectLiteralElementLike): boolean =>
      name?.getText() === 'signal' || name?.getText() === 'headers';
    const [own, others] = [value.properties.filter(isOwn), value.properties.filter((each) => !isOwn(each))];
    if (own.length === 0) return;
    const texts = own.map((each) => each.getText());
    if (others.length > 0) texts.push(`fetchOptions: { ${others.map((each) => each.getText()).join(', ')} }`);
    replace(migration, property, texts.join(', '));
  },
};

/** `new HTTPClient(…)`, as it stands there or in the constant of that name. */
function constructionOf(migration: Migration, value: ts.Expression): ts.NewExpression | undefined {
  const { compiler, checker } = migration;
  if (compiler.isNewExpression(value)) return value;
  if (!compiler.isIdentifier(value)) return undefined;
  const declaration = symbolOf(migration, value)?.valueDeclaration;
  return declaration &&
    compiler.isVariableDeclaration(declaration) &&
    declaration.initializer &&
    compiler.isNewExpression(declaration.initializer) &&
    checker.getTypeAtLocation(declaration.initializer).symbol?.name === 'HTTPClient' &&
    !declaration.type
    ? declaration.initializer
    : undefined;
}

function symbolOf({ compiler, checker }: Migration, value: ts.Identifier): ts.Symbol | undefined {
  return compiler.isShorthandPropertyAssignment(value.parent)
    ? checker.getShorthandAssignmentValueSymbol(value.parent)
    : checker.getSymbolAtLocation(value);
}

/** The constant becomes a list of middleware, which is another option than what sends. */
function rewriteClientWithHooks(
  migration: Migration,
  property: ts.ObjectLiteralElementLike,
  made: ts.NewExpression,
  uses: readonly ts.Identifier[],
  fetcher: ts.Expression | undefined,
): void {
  const { compiler, checker } = migration;
  // It is a constant: there are uses of it.
  const declaration = made.parent as ts.VariableDeclaration;
  const hooks = readHooks(migration, uses);
  const isExported = (compiler.getCombinedModifierFlags(declaration) & compiler.ModifierFlags.Export) !== 0;
  if ('undecided' in hooks || isExported)
    return migration.leave(
      'undecided' in hooks ? hooks.undecided : declaration,
      'hooks of an HTTPClient are `middleware` here; this one takes more than the headers, the URL and the method of a request; see docs/network.md',
    );
  const isInScope =
    fetcher !== undefined &&
    compiler.isIdentifier(fetcher) &&
    checker
      .getSymbolsInScope(property, compiler.SymbolFlags.Value)
      .includes(checker.getSymbolAtLocation(fetcher)!);
  if (fetcher && !isInScope)
    return migration.leave(
      fetcher,
      'an HTTPClient with hooks becomes `middleware`, and its fetcher is `fetch`, next to it',
    );
  rewriteHooks(migration, declaration, hooks);
  if (fetcher) insert(migration, property, property.getStart(), `fetch: ${fetcher.getText()}, `);
  if (compiler.isShorthandPropertyAssignment(property))
    insert(migration, property, property.getStart(), 'middleware: ');
  else replace(migration, property.name!, 'middleware');
}

/** Where the constant is used but for options of clients. */
function otherUses(migration: Migration, value: ts.Expression): ts.Identifier[] {
  const { compiler } = migration;
  if (!compiler.isIdentifier(value)) return [];
  const symbol = symbolOf(migration, value);
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    const isUse =
      compiler.isIdentifier(node) && node.text === value.text && symbolOf(migration, node) === symbol;
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

/** A fetcher of the official SDK is called with a Request alone, and here with a URL and `init`: what counts on it is not passed on. */
function takesRequest({ compiler, checker }: Migration, fetcher: ts.Expression): boolean {
  const [signature] = checker.getTypeAtLocation(fetcher).getCallSignatures();
  const declaration = signature?.declaration;
  if (!declaration || declaration.getSourceFile().isDeclarationFile) return false;
  const [first, second] = declaration.parameters;
  if (!first || !second || !compiler.isParameter(first) || !compiler.isIdentifier(first.name)) return true;
  const symbol = checker.getSymbolAtLocation(first.name);
  let reads = false;
  const visit = (node: ts.Node): void => {
    if (compiler.isIdentifier(node) && node !== first.name && checker.getSymbolAtLocation(node) === symbol) {
      const isPassed = compiler.isCallExpression(node.parent) && node.parent.expression !== node;
      if (!isPassed) reads = true;
    }
    compiler.forEachChild(node, visit);
  };
  visit(declaration);
  return reads;
}

/** The fields of a literal by name; `undefined` if some cannot be told. */
function fieldsOf(
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

function retriesOf(migration: Migration, value: ts.Expression): string | undefined {
  const { compiler } = migration;
  const fields = fieldsOf(migration, value);
  const strategy = fields?.get('strategy');
  if (!fields || !strategy || !compiler.isStringLiteral(strategy)) return undefined;
  if (strategy.text === 'none') return 'maxRetries: 0';
  if (fields.get('retryConnectionErrors')?.kind === compiler.SyntaxKind.FalseKeyword) return undefined;
  const backoff = fields.get('backoff');
  const delays = backoff ? fieldsOf(migration, backoff) : new Map<string, ts.Expression>();
  if (!delays) return undefined;
  const read = (name: string, usual: number): number => {
    const field = delays.get(name);
    if (!field) return usual;
    return compiler.isNumericLiteral(field) ? Number(field.text.replaceAll('_', '')) : NaN;
  };
  // The official SDK's own, for what is left out.
  const [initial, longest] = [read('initialInterval', 500), read('maxInterval', 60_000)];
  const [exponent, elapsed] = [read('exponent', 1.5), read('maxElapsedTime', 3_600_000)];
  if (![initial, longest, exponent, elapsed].every((each) => Number.isFinite(each) && each > 0))
    return undefined;
  let retries = 0;
  for (let waited = 0; retries < mostRetries; retries++) {
    waited += Math.min(initial * exponent ** retries, longest);
    if (waited > elapsed) break;
  }
  return `maxRetries: ${retries}, retry: { initialDelayMs: ${initial}, maxDelayMs: ${longest} }`;
}

/** An hour of retries is what the official SDK defaults to; so many last about ten minutes. */
const mostRetries = 10;

/** Removes a property with the comma that separates it from the next. */
function removeProperty(migration: Migration, property: ts.ObjectLiteralElementLike): void {
  const siblings = (property.parent as ts.ObjectLiteralExpression).properties;
  const index = siblings.indexOf(property);
  const next = siblings[index + 1];
  if (next) remove(migration, property, property.getStart(), next.getStart());
  else remove(migration, property, index > 0 ? siblings[index - 1]!.end : property.getStart(), property.end);
}
