import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import ts from 'typescript';

/**
 * Leaves in the folder's declarations only what the entry points export and what that mentions. The compiler of whoever
 * imports them reads it all, whether it is needed or not.
 */
export function trimDeclarations(folder: string, entryPoints: readonly string[]): void {
  const program = ts.createProgram(
    entryPoints.map((file) => resolve(file)),
    {
      module: ts.ModuleKind.NodeNext,
      noLib: true,
      types: [],
    },
  );
  const { statements, specifiers } = mark(program, resolve(folder), entryPoints);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(folder, name);
    const source = program.getSourceFile(resolve(file));
    const kept = source?.statements.flatMap((statement) => print(statement, statements, specifiers)) ?? [];
    if (kept.length === 0) rmSync(file);
    else writeFileSync(file, spellForAll(withTabs(kept.join('').trimStart())) + '\n');
  }
}

interface Marked {
  readonly statements: ReadonlySet<ts.Statement>;
  /** What is used of the imports. */
  readonly specifiers: ReadonlySet<ts.Declaration>;
}

function mark(program: ts.Program, folder: string, entryPoints: readonly string[]): Marked {
  const checker = program.getTypeChecker();
  const statements = new Set<ts.Statement>();
  const specifiers = new Set<ts.Declaration>();
  const waiting: ts.Node[] = [];

  const keep = (statement: ts.Statement): void => {
    if (statements.has(statement) || !statement.getSourceFile().fileName.startsWith(folder)) return;
    statements.add(statement);
    waiting.push(statement);
  };

  const keepSymbol = (symbol: ts.Symbol | undefined): void => {
    for (const declaration of symbol?.declarations ?? []) {
      if (ts.isSourceFile(declaration)) continue;
      const statement = statementOf(declaration);
      if (!statement) continue;
      if (ts.isImportDeclaration(statement)) specifiers.add(declaration);
      else keep(statement);
    }
    // Step by step: whatever an import goes through has to stay, too.
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) keepSymbol(checker.getImmediateAliasedSymbol(symbol));
  };

  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) keepSymbol(checker.getSymbolAtLocation(node));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.exportClause) {
      const module = checker.getSymbolAtLocation(node.moduleSpecifier);
      if (module) checker.getExportsOfModule(module).forEach(keepSymbol);
    }
    if (ts.isExportSpecifier(node)) keepSymbol(checker.getExportSpecifierLocalTargetSymbol(node));
    ts.forEachChild(node, visit);
  };

  for (const file of entryPoints)
    program
      .getSourceFile(resolve(file))!
      .statements.filter((statement) => !ts.isImportDeclaration(statement))
      .forEach(keep);
  for (let node = waiting.pop(); node; node = waiting.pop()) visit(node);
  return { statements, specifiers };
}

function statementOf(node: ts.Node): ts.Statement | undefined {
  if (!node.parent) return undefined;
  return ts.isSourceFile(node.parent) ? (node as ts.Statement) : statementOf(node.parent);
}

function print(statement: ts.Statement, statements: Marked['statements'], specifiers: Marked['specifiers']) {
  if (!ts.isImportDeclaration(statement)) return statements.has(statement) ? [statement.getFullText()] : [];
  const clause = statement.importClause;
  const named = clause?.namedBindings;
  if (named && ts.isNamespaceImport(named)) return specifiers.has(named) ? [statement.getFullText()] : [];
  const used = named?.elements.filter((element) => specifiers.has(element)) ?? [];
  if (used.length === 0) return [];
  const names = used.map((element) => element.getText()).join(', ');
  return [
    `\nimport ${clause!.isTypeOnly ? 'type ' : ''}{ ${names} } from ${statement.moduleSpecifier.getText()};`,
  ];
}

/** The compiler indents by four spaces, which are a seventh of the text. */
const withTabs = (text: string): string =>
  text.replace(/^(?: {4})+/gm, (indent) => '\t'.repeat(indent.length / 4));

/** Typed arrays take no argument before TypeScript 5.7. */
const spellForAll = (text: string): string =>
  text
    .replace(/\b(\w+Array)<ArrayBuffer>/g, 'ReturnType<typeof $1.of>')
    .replace(/\b(\w+Array)<ArrayBufferLike>/g, '$1');
