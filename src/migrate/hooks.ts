import type ts from 'typescript';

import { insert, remove, replace, type Migration } from './migration.js';
import { readRequests, type RequestCopy } from './request-copies.js';

/** `client.addHook('response', (response) => …)`, which becomes a middleware around the same function. */
export interface Hook {
  readonly call: ts.CallExpression;
  readonly kind: HookKind;
  /** Of a function that is written out; otherwise its name. */
  readonly body: ts.ConciseBody | undefined;
  readonly isAsync: boolean;
  /** Names of the request, and of the response or the error. */
  readonly request: string;
  readonly result: string;
  /** Requests that are made of the one that it is given. */
  readonly copies: readonly RequestCopy[];
  /** Fields of the request that it reads. */
  readonly reads: ReadonlySet<string>;
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
  // What waits for a response is around what makes the request that is sent.
  const changed = new Set(hooks.flatMap(({ copies }) => copies.flatMap(({ changes }) => changes)));
  const late = hooks.find(
    ({ kind, reads }) => kind !== 'beforeRequest' && [...reads].some((field) => changed.has(field)),
  );
  return late ? { undecided: late.call } : hooks;
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
  if (compiler.isIdentifier(hook)) return readNamed(migration, call, kind, hook);
  if (!compiler.isArrowFunction(hook) && !compiler.isFunctionExpression(hook)) return undefined;
  if (hook.name || hook.asteriskToken) return undefined;
  const names = hook.parameters.map(({ name }) => (compiler.isIdentifier(name) ? name : undefined));
  if (names.includes(undefined)) return undefined;
  const { request, result = '' } = kinds[kind];
  const requests = readRequests(
    migration,
    hook.body,
    names[request] && checker.getSymbolAtLocation(names[request]),
  );
  if (!requests || (kind !== 'beforeRequest' && requests.copies.size > 0)) return undefined;
  const reads = new Set<string>();
  const isSent = (node: ts.Expression): boolean =>
    kind === 'beforeRequest' &&
    (requests.copies.has(node) ||
      (compiler.isIdentifier(node) && requests.symbols.has(checker.getSymbolAtLocation(node)!)));
  const read: Hook = {
    call,
    kind,
    body: hook.body,
    isAsync:
      (hook.modifiers?.some(({ kind: word }) => word === compiler.SyntaxKind.AsyncKeyword) ?? false) ||
      (!compiler.isBlock(hook.body) && isPromised(migration, hook.body)),
    request: names[request]?.text ?? 'request',
    result: result && (names[0]?.text ?? result),
    copies: [...requests.copies.values()],
    reads,
  };
  return canStandInMiddleware(hook.body) ? read : undefined;

  /** Whether the body means the same there: it reads of the request what a middleware has, and no other thing of a name that is new. */
  function canStandInMiddleware(body: ts.ConciseBody): boolean {
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
        if (symbol && requests!.symbols.has(symbol) && !isRead(node)) fits = false;
      }
      if (!isInner && compiler.isReturnStatement(node) && node.expression && !isSent(node.expression))
        fits = false;
      const isFunction = compiler.isFunctionLike(node);
      compiler.forEachChild(node, (child) => visit(child, isInner || isFunction));
    };
    visit(body, false);
    return fits;
  }

  function isRead(node: ts.Identifier): boolean {
    const { parent } = node;
    if (compiler.isReturnStatement(parent) || parent === hook) return isSent(node);
    // A copy is made of it, or it is where the copy is kept.
    if (requests!.copies.has(parent) || compiler.isVariableDeclaration(parent))
      return parent.getChildAt(0) === node || requests!.copies.has(parent);
    if (!compiler.isPropertyAccessExpression(parent) || parent.expression !== node) return false;
    if (requests!.copies.has(parent.parent)) return true;
    if (isOwnSignal(parent)) return true;
    reads.add(parent.name.text);
    return requestFields.has(parent.name.text);
  }

  /** `request.signal` of a copy, which has it anyway. */
  function isOwnSignal({ name, parent }: ts.PropertyAccessExpression): boolean {
    const value = compiler.isBinaryExpression(parent) ? parent.parent : parent;
    return (
      name.text === 'signal' &&
      compiler.isPropertyAssignment(value) &&
      value.name.getText() === 'signal' &&
      requests!.copies.has(value.parent.parent)
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

/** A function that stands elsewhere means the same where it takes the response or the error alone. */
function readNamed(
  { compiler, checker }: Migration,
  call: ts.CallExpression,
  kind: HookKind,
  hook: ts.Identifier,
): Hook | undefined {
  const [signature, ...others] = checker.getTypeAtLocation(hook).getCallSignatures();
  const declaration = signature?.declaration;
  const names = { request: 'request', result: kinds[kind].result ?? '' };
  if (
    kind === 'beforeRequest' ||
    !declaration ||
    others.length > 0 ||
    declaration.getSourceFile().isDeclarationFile ||
    declaration.parameters.length > 1 ||
    declaration.parameters.some((parameter) => 'dotDotDotToken' in parameter && parameter.dotDotDotToken) ||
    /\barguments\b/.test(declaration.getText()) ||
    [names.request, names.result, 'next'].includes(hook.text)
  )
    return undefined;
  const result = checker.getReturnTypeOfSignature(signature);
  const isAsync =
    (result.flags & (compiler.TypeFlags.Any | compiler.TypeFlags.Unknown)) !== 0 ||
    result.getProperty('then') !== undefined;
  return { call, kind, body: undefined, isAsync, ...names, copies: [], reads: new Set() };
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

/**
 * Makes a middleware of a hook.
 *
 * @param list - Where the list of middleware is in the constant: nothing, or a name and a full stop.
 */
export function rewriteHook(migration: Migration, hook: Hook, list: '' | `${string}.`): void {
  const { compiler } = migration;
  const { call, body, isAsync } = hook;
  const { head, first, last, tail } = frames[hook.kind](hook);
  const file = call.getSourceFile();
  // Of `client.addHook`, which is what it was found by.
  const start = (call.expression as ts.PropertyAccessExpression).name.getStart();
  const opening = `${list}${head}{ ${first ? `${first} ` : ''}`;
  if (!body) {
    const name = call.arguments[1]!.getText();
    const text = `${opening}${isAsync ? 'await ' : ''}${name}(${hook.result}); ${last} }${tail}`;
    return migration.edit(file, { start, end: call.end - 1, text });
  }
  for (const { node, text, signal } of hook.copies) {
    replace(migration, node, text);
    if (signal)
      migration.leave(
        signal,
        'a request has a signal of its own, so that the other one was not used, and is gone; `timeoutMs` of the client limits an attempt',
      );
  }
  const isSent = hook.kind === 'beforeRequest' && !compiler.isBlock(body) && isRequest(migration, body);
  const before = (text: string) => migration.edit(file, { start, end: body.getStart(), text });
  // A comma may stand behind the function.
  remove(migration, call, body.end, call.end - 1);
  if (isSent) {
    before(`${opening}return next(`);
    return insert(migration, call, body.end, `); }${tail}`);
  }
  if (!compiler.isBlock(body)) {
    before(`${opening}${isPromised(migration, body) ? 'await ' : ''}`);
    return insert(migration, call, body.end, `; ${last} }${tail}`);
  }
  before(list + head);
  const isOneLine = !body.getText().includes('\n');
  const indent = /[^\S\n]*$/.exec(file.text.slice(0, body.end - 1))![0];
  if (first) insert(migration, call, body.getStart() + 1, isOneLine ? ` ${first}` : `\n${indent}  ${first}`);
  for (const statement of returnsIn(migration, body)) {
    const { expression } = statement;
    if (!expression) replace(migration, statement, last);
    else {
      insert(migration, expression, expression.getStart(), 'next(');
      insert(migration, expression, expression.end, statement.getText().endsWith(';') ? ')' : ');');
    }
  }
  const end = body.statements.at(-1);
  if (!end || !(compiler.isReturnStatement(end) || compiler.isThrowStatement(end))) {
    if (end && isOneLine && !/[;}]$/.test(end.getText())) insert(migration, call, end.end, ';');
    const space = indent === '' ? ' ' : '';
    insert(migration, call, body.end - 1, isOneLine ? `${space}${last} ` : `  ${last}\n${indent}`);
  }
  insert(migration, call, body.end, tail);
}

const isRequest = ({ checker }: Migration, node: ts.Expression): boolean =>
  checker.getTypeAtLocation(node).symbol?.name === 'Request';

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
