import type ts from 'typescript';

import { importName, insert, remove, replace, type Migration } from './migration.js';

/** `client.addHook('response', (response) => …)`, which becomes a middleware that wraps the same function body. */
export interface Hook {
  readonly call: ts.CallExpression;
  readonly kind: HookKind;
  readonly body: ts.ConciseBody;
  readonly isAsync: boolean;
  /** Names of the request, and of the response or the error. */
  readonly request: string;
  readonly result: string;
}

type HookKind = keyof typeof kinds;

/** Which parameter is the request, and what the other one is called where a hook has none. */
const kinds = {
  beforeRequest: { request: 0, result: undefined },
  response: { request: 1, result: 'response' },
  requestError: { request: 1, result: 'error' },
} as const;

/** What a middleware has of a request. */
const requestFields: ReadonlySet<string> = new Set(['headers', 'method', 'url']);

/**
 * The hooks of a client that is a constant, in their order.
 *
 * @param uses - All uses of the constant, its declaration and the options that it is passed as left aside.
 * @returns the use that a middleware cannot stand for, if there is one.
 */
export function readHooks(
  migration: Migration,
  uses: readonly ts.Identifier[],
): readonly Hook[] | { readonly undecided: ts.Node } {
  const hooks: Hook[] = [];
  for (const use of uses) {
    const hook = readHook(migration, use);
    if (!hook) return { undecided: use.parent };
    hooks.push(hook);
  }
  return hooks;
}

function readHook(migration: Migration, use: ts.Identifier): Hook | undefined {
  const { compiler, checker } = migration;
  const call = use.parent.parent;
  if (
    !compiler.isPropertyAccessExpression(use.parent) ||
    use.parent.name.text !== 'addHook' ||
    !compiler.isCallExpression(call) ||
    call.expression !== use.parent ||
    !compiler.isExpressionStatement(call.parent)
  )
    return undefined;
  const [kindNode, hook] = call.arguments;
  if (!kindNode || !hook || !compiler.isStringLiteral(kindNode) || !Object.hasOwn(kinds, kindNode.text))
    return undefined;
  // It is one of them.
  const kind = kindNode.text as HookKind;
  if (!compiler.isArrowFunction(hook) && !compiler.isFunctionExpression(hook)) return undefined;
  if (hook.name || hook.asteriskToken) return undefined;
  const names = hook.parameters.map(({ name }) => (compiler.isIdentifier(name) ? name : undefined));
  if (names.includes(undefined)) return undefined;
  const { request, result = '' } = kinds[kind];
  const read: Hook = {
    call,
    kind,
    body: hook.body,
    isAsync:
      (hook.modifiers?.some(({ kind: word }) => word === compiler.SyntaxKind.AsyncKeyword) ?? false) ||
      (!compiler.isBlock(hook.body) && isPromised(migration, hook.body)),
    request: names[request]?.text ?? 'request',
    result: result && (names[0]?.text ?? result),
  };
  const requestSymbol = names[request] && checker.getSymbolAtLocation(names[request]);
  return canStandInMiddleware(read, requestSymbol) ? read : undefined;

  /** Whether the body means the same there: it reads of the request what a middleware has, and no other thing of a name that is new. */
  function canStandInMiddleware({ body }: Hook, ofRequest: ts.Symbol | undefined): boolean {
    const own = new Set(names.map((name) => checker.getSymbolAtLocation(name!)));
    const added = new Set(['next', read.request, read.result]);
    let fits = true;
    const visit = (node: ts.Node, isInner: boolean): void => {
      if (node.kind === compiler.SyntaxKind.ThisKeyword) fits = false;
      if (compiler.isIdentifier(node) && !isNameOfField(node)) {
        const symbol = compiler.isShorthandPropertyAssignment(node.parent)
          ? checker.getShorthandAssignmentValueSymbol(node.parent)
          : checker.getSymbolAtLocation(node);
        if (added.has(node.text) && !own.has(symbol)) fits = false;
        if (node.text === 'arguments') fits = false;
        if (symbol !== undefined && symbol === ofRequest && !isRead(node)) fits = false;
      }
      if (!isInner && compiler.isReturnStatement(node) && !isPassedOn(node)) fits = false;
      const isFunction = compiler.isFunctionLike(node);
      compiler.forEachChild(node, (child) => visit(child, isInner || isFunction));
    };
    visit(body, false);
    return fits;
  }

  function isRead(node: ts.Identifier): boolean {
    const { parent } = node;
    if (compiler.isReturnStatement(parent)) return kind === 'beforeRequest';
    return (
      compiler.isPropertyAccessExpression(parent) &&
      parent.expression === node &&
      requestFields.has(parent.name.text)
    );
  }

  function isPassedOn({ expression }: ts.ReturnStatement): boolean {
    return (
      expression === undefined ||
      (kind === 'beforeRequest' && compiler.isIdentifier(expression) && expression.text === read.request)
    );
  }

  function isNameOfField(node: ts.Identifier): boolean {
    const { parent } = node;
    return (
      (compiler.isPropertyAccessExpression(parent) || compiler.isPropertyAssignment(parent)) &&
      parent.name === node
    );
  }
}

/** The constant becomes a list of middleware, and each `addHook()` adds to it. */
export function rewriteHooks(
  migration: Migration,
  declaration: ts.VariableDeclaration,
  hooks: readonly Hook[],
): void {
  const isTyped = !/\.[cm]?jsx?$/.test(declaration.getSourceFile().fileName);
  const type = isTyped ? `: ${importName(migration, declaration, 'mistral-sdk', 'Middleware', true)}[]` : '';
  insert(migration, declaration, declaration.name.end, type);
  replace(migration, declaration.initializer!, '[]');
  for (const hook of hooks) rewriteHook(migration, hook);
}

/** Where a hook wraps what is sent: around the body of its function, which stays as it is. */
interface Frame {
  readonly head: string;
  readonly first?: string;
  /** What is said instead of a `return`, and at the end. */
  readonly last: string;
  readonly tail: string;
}

/** Hooks run in their order: a middleware that was added first sees the request first, and the response last. */
const frames: Readonly<Record<HookKind, (hook: Hook) => Frame>> = {
  beforeRequest: ({ request }) => ({
    head: `push(async (${request}, next) => `,
    last: `return next(${request});`,
    tail: '',
  }),
  response: ({ request, result }) => ({
    head: `unshift(async (${request}, next) => `,
    first: `const ${result} = await next(${request});`,
    last: `return ${result};`,
    tail: '',
  }),
  requestError: ({ request, result, isAsync }) => ({
    head: `unshift((${request}, next) => next(${request}).catch(${isAsync ? 'async ' : ''}(${result}) => `,
    last: `throw ${result};`,
    tail: ')',
  }),
};

function rewriteHook(migration: Migration, hook: Hook): void {
  const { compiler } = migration;
  const { call, body, kind } = hook;
  const { head, first, last, tail } = frames[kind](hook);
  // Of `client.addHook`, which is what it was found by.
  const start = (call.expression as ts.PropertyAccessExpression).name.getStart();
  const file = call.getSourceFile();
  const before = (text: string) => migration.edit(file, { start, end: body.getStart(), text });
  // A comma may stand behind the function.
  remove(migration, call, body.end, call.end - 1);
  if (!compiler.isBlock(body)) {
    before(`${head}{ ${first ? `${first} ` : ''}${isPromised(migration, body) ? 'await ' : ''}`);
    return insert(migration, call, body.end, `; ${last} }${tail}`);
  }
  before(head);
  const isOneLine = !body.getText().includes('\n');
  const indent = /[^\S\n]*$/.exec(file.text.slice(0, body.end - 1))![0];
  if (first) insert(migration, call, body.getStart() + 1, isOneLine ? ` ${first}` : `\n${indent}  ${first}`);
  for (const statement of returnsIn(migration, body)) replace(migration, statement, last);
  const end = body.statements.at(-1);
  if (!end || !(compiler.isReturnStatement(end) || compiler.isThrowStatement(end))) {
    if (end && isOneLine && !/[;}]$/.test(end.getText())) insert(migration, call, end.end, ';');
    const space = indent === '' ? ' ' : '';
    insert(migration, call, body.end - 1, isOneLine ? `${space}${last} ` : `  ${last}\n${indent}`);
  }
  insert(migration, call, body.end, tail);
}

/** Whether what an arrow gives has to be awaited; what is not known may be a promise. */
function isPromised({ compiler, checker }: Migration, expression: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(expression);
  return (
    (type.flags & (compiler.TypeFlags.Any | compiler.TypeFlags.Unknown)) !== 0 ||
    type.getProperty('then') !== undefined
  );
}

function returnsIn({ compiler }: Migration, body: ts.Block): ts.ReturnStatement[] {
  const found: ts.ReturnStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (compiler.isFunctionLike(node)) return;
    if (compiler.isReturnStatement(node)) found.push(node);
    compiler.forEachChild(node, visit);
  };
  visit(body);
  return found;
}
