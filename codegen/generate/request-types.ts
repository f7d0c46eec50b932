import ts from 'typescript';

import { freeName } from '../description/free-name.js';

/** A declaration of a type, and the declared types that it names. */
interface Declared {
  readonly node: ts.TypeAliasDeclaration;
  readonly mentions: ReadonlySet<string>;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * In the text of hey-api's types, let requests hold what is read-only, and `undefined` for what may be left out: nothing
 * that a caller passes is written to, and `undefined` is not sent.
 *
 * A type that responses hold as well stays as it is for them, since what came belongs to the caller. Requests get one of
 * their own, whose name ends in `Param`.
 */
export function widenRequestTypes(text: string): string {
  const source = ts.createSourceFile('types.gen.ts', text, ts.ScriptTarget.ESNext, true);
  const nodes = source.statements.filter(ts.isTypeAliasDeclaration);
  const names = new Set(nodes.map(({ name }) => name.text));
  const declared = new Map(
    nodes.map((node) => [node.name.text, { node, mentions: mentionsIn(node, names) }]),
  );

  const requests = new Set(nodes.filter(isData).map(({ name }) => name.text));
  const inRequests = reachableFrom(requests, declared);
  const inResponses = reachableFrom(
    [...names].filter((name) => !inRequests.has(name)),
    declared,
  );
  const renamed = new Map<string, string>();
  for (const name of namesToWiden(inRequests, declared))
    if (inResponses.has(name)) renamed.set(name, freeName(`${name}Param`, names));

  const edits: Edit[] = [];
  for (const name of inRequests) {
    const { node } = declared.get(name)!;
    if (!inResponses.has(name)) edits.push(...widenings(node, renamed));
    const ownName = renamed.get(name);
    if (ownName !== undefined) {
      const from = node.getFullStart();
      const own = [...widenings(node, renamed), replace(node.name, ownName)];
      edits.push({ start: node.end, end: node.end, text: apply(node.getFullText(), own, from) });
    }
  }
  return apply(text, edits);
}

/** What hey-api's functions take: `ChatCompleteData`. */
const isData = ({ type }: ts.TypeAliasDeclaration): boolean =>
  ts.isTypeLiteralNode(type) && type.members.some(({ name }) => name?.getText() === 'url');

function mentionsIn(node: ts.Node, names: ReadonlySet<string>): Set<string> {
  const mentions = new Set<string>();
  visit(node, (inner) => {
    if (ts.isTypeReferenceNode(inner) && names.has(inner.typeName.getText()))
      mentions.add(inner.typeName.getText());
  });
  return mentions;
}

function reachableFrom(roots: Iterable<string>, declared: ReadonlyMap<string, Declared>): Set<string> {
  const reached = new Set(roots);
  // What is added while it is iterated comes up, too.
  for (const name of reached) for (const mentioned of declared.get(name)!.mentions) reached.add(mentioned);
  return reached;
}

/** Of these, what has anything to widen, itself or in what it mentions. */
function namesToWiden(among: ReadonlySet<string>, declared: ReadonlyMap<string, Declared>): string[] {
  const none = new Map<string, string>();
  return [...among].filter((name) =>
    [...reachableFrom([name], declared)].some((each) => widenings(declared.get(each)!.node, none).length > 0),
  );
}

function widenings(node: ts.TypeAliasDeclaration, renamed: ReadonlyMap<string, string>): Edit[] {
  const edits: Edit[] = [];
  visit(node, (inner) => {
    if (ts.isTypeReferenceNode(inner)) {
      const name = inner.typeName.getText();
      const ownName = name === 'Array' ? 'ReadonlyArray' : renamed.get(name);
      if (ownName !== undefined) edits.push(replace(inner.typeName, ownName));
    }
    // `path?: never` says that the operation has none.
    if (
      ts.isPropertySignature(inner) &&
      inner.questionToken &&
      inner.type?.kind !== ts.SyntaxKind.NeverKeyword
    )
      edits.push({ start: inner.type!.end, end: inner.type!.end, text: ' | undefined' });
  });
  return edits;
}

function visit(node: ts.Node, onNode: (node: ts.Node) => void): void {
  onNode(node);
  ts.forEachChild(node, (child) => visit(child, onNode));
}

const replace = (node: ts.Node, text: string): Edit => ({ start: node.getStart(), end: node.end, text });

/** @param from - Where the text begins in the file that the edits count from. */
function apply(text: string, edits: readonly Edit[], from = 0): string {
  let result = '';
  let position = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(position, edit.start - from) + edit.text;
    position = edit.end - from;
  }
  return result + text.slice(position);
}
