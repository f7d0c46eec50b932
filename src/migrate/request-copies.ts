import type ts from 'typescript';

import { fieldsOf } from './fields.js';
import type { Migration } from './migration.js';

/** `new Request(request, …)` in a hook, which is an object here. */
export interface RequestCopy {
  readonly node: ts.Expression;
  readonly text: string;
  /** Fields of which it has its own. */
  readonly changes: readonly string[];
  /** A signal that has never been another than that of the request. */
  readonly signal: ts.Expression | undefined;
}

/** The request of a hook, and what the hook makes of it. */
export interface Requests {
  /** What stands for a request: the parameter, and constants that hold a copy. */
  readonly symbols: ReadonlySet<ts.Symbol>;
  readonly copies: ReadonlyMap<ts.Node, RequestCopy>;
}

/** @returns `undefined` if a copy is made in a way that a middleware has nothing for. */
export function readRequests(
  migration: Migration,
  body: ts.Node,
  request: ts.Symbol | undefined,
): Requests | undefined {
  const { compiler, checker } = migration;
  const symbols = new Set<ts.Symbol>(request ? [request] : []);
  const copies = new Map<ts.Node, RequestCopy>();
  let isDecided = true;
  const visit = (node: ts.Node): void => {
    const made = isCopy(migration, node) ? copyOf(migration, node, symbols) : undefined;
    if (made) {
      copies.set(node, made);
      const { parent } = node;
      const symbol =
        compiler.isVariableDeclaration(parent) && !parent.type && compiler.isIdentifier(parent.name)
          ? checker.getSymbolAtLocation(parent.name)
          : undefined;
      if (symbol) symbols.add(symbol);
      else if (!compiler.isReturnStatement(parent) && node !== body) isDecided = false;
    } else if (isCopy(migration, node)) isDecided = false;
    compiler.forEachChild(node, visit);
  };
  visit(body);
  return isDecided ? { symbols, copies } : undefined;
}

function isCopy(
  { compiler, checker }: Migration,
  node: ts.Node,
): node is ts.NewExpression | ts.CallExpression {
  const isMade =
    compiler.isNewExpression(node) ||
    (compiler.isCallExpression(node) &&
      compiler.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'clone');
  return isMade && checker.getTypeAtLocation(node).symbol?.name === 'Request';
}

function copyOf(
  migration: Migration,
  node: ts.NewExpression | ts.CallExpression,
  symbols: ReadonlySet<ts.Symbol>,
): RequestCopy | undefined {
  const { compiler, checker } = migration;
  const isRequest = (each: ts.Expression | undefined): each is ts.Identifier =>
    each !== undefined && compiler.isIdentifier(each) && symbols.has(checker.getSymbolAtLocation(each)!);
  const [first, second] = node.arguments ?? [];
  if (compiler.isCallExpression(node)) {
    const from = (node.expression as ts.PropertyAccessExpression).expression;
    return isRequest(from) ? copied(from.text, new Map(), undefined) : undefined;
  }
  if (isRequest(first)) {
    const given = second ? fieldsOf(migration, second) : new Map<string, ts.Expression>();
    if (!given) return undefined;
    const fields = new Map(given);
    const signal = fields.get('signal');
    if (signal && !isOwnSignal(signal)) return undefined;
    fields.delete('signal');
    const texts = new Map([...fields].map(([name, value]) => [name, value.getText()]));
    return [...fields.keys()].every((name) => name === 'headers' || name === 'method')
      ? copied(first.text, texts, signal)
      : undefined;
  }
  if (!first || !isRequest(second)) return undefined;
  const type = checker.getTypeAtLocation(first);
  const isText = (type.flags & compiler.TypeFlags.StringLike) !== 0;
  if (!isText && type.symbol?.name !== 'URL') return undefined;
  return copied(
    second.text,
    new Map([['url', isText ? first.getText() : `${first.getText()}.href`]]),
    undefined,
  );

  /** A request has a signal always, so that `request.signal || other` is its own. */
  function isOwnSignal(value: ts.Expression): boolean {
    const left = compiler.isBinaryExpression(value) ? value.left : value;
    const isOr =
      !compiler.isBinaryExpression(value) ||
      value.operatorToken.kind === compiler.SyntaxKind.BarBarToken ||
      value.operatorToken.kind === compiler.SyntaxKind.QuestionQuestionToken;
    return (
      isOr &&
      compiler.isPropertyAccessExpression(left) &&
      left.name.text === 'signal' &&
      isRequest(left.expression)
    );
  }

  function copied(
    from: string,
    texts: ReadonlyMap<string, string>,
    signal: ts.Expression | undefined,
  ): RequestCopy {
    const headers = texts.get('headers') ?? `${from}.headers`;
    const others = [...texts].filter(([name]) => name !== 'headers');
    const fields = [
      ...others.map(([name, text]) => (name === text ? name : `${name}: ${text}`)),
      `headers: new Headers(${headers})`,
    ];
    return {
      node,
      text: `{ ...${from}, ${fields.join(', ')} }`,
      changes: ['headers', ...others.map(([name]) => name)],
      signal: signal && compiler.isBinaryExpression(signal) ? signal : undefined,
    };
  }
}
