import type ts from 'typescript';

import { insert, isFree, isScript, quoteOf, replace, tagOf, type Migration } from './migration.js';
import { isOfficialSpecifier, officialPackage } from './official-types.js';

/** Rewrites imports, and what they are called in the file; `edited` says whether a place has been replaced already. */
export function rewriteImports(
  migration: Migration,
  file: ts.SourceFile,
  edited: (position: number) => boolean,
): void {
  const { compiler } = migration;
  const declarations = file.statements.filter(
    (statement): statement is ts.ImportDeclaration =>
      compiler.isImportDeclaration(statement) && isOfficialSpecifier(textOf(statement.moduleSpecifier)),
  );
  const collected = new ImportList();
  const kept = declarations.map((declaration) => {
    const text = rewriteDeclaration(migration, declaration, collected, edited);
    return { declaration, text };
  });
  for (const [module, names] of migration.imports.get(file) ?? [])
    for (const name of names) collected.add(module, name.replace(/^type /, ''), name.startsWith('type '));
  rewriteOthers(migration, file);

  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const [first] = declarations;
  const ends = first && !file.text.slice(first.getStart(), first.end).endsWith(';') ? '' : ';';
  const quote = first ? textQuote(first.moduleSpecifier) : quoteOf(file);
  const fresh = collected.print(quote, ends, usesRequire(migration, file));
  for (const [index, { declaration, text }] of kept.entries()) {
    const lines = [...(index === 0 ? fresh : []), ...(text === undefined ? [] : [text])];
    if (lines.length > 0) replace(migration, declaration, lines.join(newline));
    else {
      const end = /^[^\S\r\n]*(?:\r?\n)?/.exec(file.text.slice(declaration.end))![0].length;
      migration.edit(file, { start: declaration.getStart(), end: declaration.end + end, text: '' });
    }
  }
  if (declarations.length === 0 && fresh.length > 0) {
    const [anchor] = file.statements;
    if (anchor) insert(migration, anchor, anchor.getStart(), fresh.join(newline) + newline);
  }
}

const textOf = (node: ts.Expression): string => ('text' in node ? String(node.text) : '');
const textQuote = (node: ts.Expression): string => node.getText()[0] ?? "'";

/** What is imported, by module. */
class ImportList {
  readonly #modules = new Map<string, Map<string, boolean>>();

  add(module: string, name: string, isType: boolean): void {
    const names = this.#modules.get(module) ?? new Map<string, boolean>();
    this.#modules.set(module, names.set(name, isType && (names.get(name) ?? true)));
  }

  print(quote: string, ends: string, isCommonJs: boolean): string[] {
    return [...this.#modules].map(([module, names]) => {
      const specifier = quote + module + quote;
      if (isCommonJs) return `const { ${[...names.keys()].join(', ')} } = require(${specifier})${ends}`;
      const isTypes = [...names.values()].every(Boolean);
      const list = [...names].map(([name, isType]) => (isType && !isTypes ? `type ${name}` : name));
      return `import ${isTypes ? 'type ' : ''}{ ${list.join(', ')} } from ${specifier}${ends}`;
    });
  }
}

const usesRequire = ({ compiler }: Migration, file: ts.SourceFile): boolean =>
  /\.c?js$/.test(file.fileName) &&
  !file.statements.some(
    (statement) =>
      compiler.isImportDeclaration(statement) ||
      compiler.isExportDeclaration(statement) ||
      compiler.isExportAssignment(statement),
  ) &&
  file.text.includes('require(');

/** @returns what has to stay of it; `undefined` for nothing. */
function rewriteDeclaration(
  migration: Migration,
  declaration: ts.ImportDeclaration,
  collected: ImportList,
  edited: (position: number) => boolean,
): string | undefined {
  const { compiler, checker } = migration;
  const specifier = textOf(declaration.moduleSpecifier);
  if (!checker.getSymbolAtLocation(declaration.moduleSpecifier)) {
    migration.leave(declaration, `${specifier} has no counterpart by that name: ${hintFor(specifier)}`);
    return declaration.getText();
  }
  const { importClause: clause } = declaration;
  const bindings = clause?.namedBindings;
  if (!clause || clause.name || !bindings) {
    migration.leave(declaration, 'mistral-sdk has no default export: import names');
    return declaration.getText();
  }
  if (compiler.isNamespaceImport(bindings)) {
    const quote = textQuote(declaration.moduleSpecifier);
    const target = specifier.includes('structChat') ? 'mistral-sdk/structured' : 'mistral-sdk';
    return declaration.getText().replace(quote + specifier + quote, quote + target + quote);
  }
  const stays: string[] = [];
  for (const element of bindings.elements) {
    const imported = (element.propertyName ?? element.name).text;
    const local = element.name.text;
    const alias = checker.getSymbolAtLocation(element.name);
    const symbol = alias && checker.getAliasedSymbol(alias);
    const uses = alias ? usesOf(migration, declaration.getSourceFile(), alias) : [];
    if (uses.length > 0 && uses.every((use) => edited(use.getStart()))) continue;
    const tag = tagOf(migration, symbol);
    if (!symbol?.declarations || tag?.kind === 'leave') {
      migration.leave(element, tag?.text ?? `\`${imported}\` does not exist in mistral-sdk`);
      stays.push(element.getText());
      continue;
    }
    if (imported === 'HTTPClient') {
      migration.leave(element, 'there is no HTTPClient: `fetch` sends, and hooks are `middleware`');
      stays.push(element.getText());
      continue;
    }
    const isEnum = (symbol.flags & compiler.SymbolFlags.BlockScopedVariable) !== 0;
    const bare = isEnum
      ? uses.find((use) => !edited(use.getStart()) && isValueUse(migration, use))
      : undefined;
    if (bare) {
      migration.leave(bare, `\`${imported}\` is a type here, and no object: write the values out`);
      stays.push(element.getText());
      continue;
    }
    const [name, module] = tag?.kind === 'wire' ? tag.text.split(' from ') : [imported];
    const isType = isEnum || (symbol.flags & compiler.SymbolFlags.Value) === 0 || isTypeOnly(clause, element);
    const isRenamed =
      name !== imported && local === imported && isFree(migration, declaration.getSourceFile(), name!);
    if (isRenamed)
      for (const use of uses) if (!edited(use.getStart())) renameUse(migration, use, local, name!);
    const written = isRenamed || name === local ? name! : `${name} as ${local}`;
    if (!isType || !isScript(declaration)) collected.add(module ?? 'mistral-sdk', written, isType);
  }
  if (stays.length === 0) return undefined;
  const text = declaration.getText();
  const start = bindings.getStart() - declaration.getStart();
  return `${text.slice(0, start)}{ ${stays.join(', ')} }${text.slice(start + bindings.getWidth())}`;
}

const isTypeOnly = (clause: ts.ImportClause, element: ts.ImportSpecifier): boolean =>
  element.isTypeOnly || clause.isTypeOnly;

function hintFor(specifier: string): string {
  if (specifier.includes('realtime'))
    return 'transcribeLive() of mistral-sdk/realtime transcribes live audio';
  if (specifier.includes('observability') || specifier.includes('tracing'))
    return 'openTelemetry() of mistral-sdk/otel traces calls';
  if (specifier.includes('/funcs/') || specifier.includes('/core'))
    return 'the functions of mistral-sdk/operations are the flat ones';
  return 'see docs/migrating.md';
}

function usesOf(migration: Migration, file: ts.SourceFile, symbol: ts.Symbol): ts.Identifier[] {
  const { compiler, checker } = migration;
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (compiler.isImportDeclaration(node)) return;
    if (compiler.isIdentifier(node) && node.text === symbol.name) {
      const found = compiler.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : compiler.isExportSpecifier(node.parent)
          ? checker.getExportSpecifierLocalTargetSymbol(node.parent)
          : checker.getSymbolAtLocation(node);
      if (found === symbol) uses.push(node);
    }
    compiler.forEachChild(node, visit);
  };
  visit(file);
  return uses;
}

function isValueUse({ compiler }: Migration, use: ts.Identifier): boolean {
  const { parent } = use;
  return !(
    compiler.isTypeReferenceNode(parent) ||
    compiler.isQualifiedName(parent) ||
    compiler.isExportSpecifier(parent)
  );
}

function renameUse(migration: Migration, use: ts.Identifier, local: string, name: string): void {
  const { compiler } = migration;
  if (compiler.isShorthandPropertyAssignment(use.parent)) replace(migration, use, `${local}: ${name}`);
  else if (compiler.isExportSpecifier(use.parent) && !use.parent.propertyName)
    replace(migration, use, `${name} as ${local}`);
  else replace(migration, use, name);
}

/** What loads the package in other ways than by an import at the top. */
function rewriteOthers(migration: Migration, file: ts.SourceFile): void {
  const { compiler, checker } = migration;
  const visit = (node: ts.Node): void => {
    if (compiler.isImportDeclaration(node)) {
      const specifier = textOf(node.moduleSpecifier);
      if (/^@mistralai\/mistralai-(?:azure|gcp)\b/.test(specifier))
        migration.leave(
          node,
          'azure() and googleVertex() of mistral-sdk/hosts are these hosts; see docs/network.md',
        );
      return;
    }
    if (compiler.isStringLiteral(node) && isOfficialSpecifier(node.text)) {
      const { parent } = node;
      const isLoaded =
        compiler.isCallExpression(parent) &&
        (parent.expression.kind === compiler.SyntaxKind.ImportKeyword ||
          parent.expression.getText() === 'require');
      const isResolved = checker.getSymbolAtLocation(node) !== undefined;
      const target = node.text.includes('structChat') ? 'mistral-sdk/structured' : 'mistral-sdk';
      const isReexport =
        compiler.isExportDeclaration(parent) && parent.exportClause && isSameNames(migration, parent);
      const isImportType = compiler.isLiteralTypeNode(parent) && compiler.isImportTypeNode(parent.parent);
      if (isResolved && (isLoaded || isReexport || isImportType))
        replace(migration, node, textQuote(node) + target + textQuote(node));
      else
        migration.leave(
          node,
          isResolved || !isLoaded
            ? `${officialPackage} is named here: mistral-sdk takes its place`
            : `${node.text} has no counterpart by that name: ${hintFor(node.text)}`,
        );
    }
    compiler.forEachChild(node, visit);
  };
  visit(file);
}

/** Whether all that is passed on is called the same here. */
function isSameNames(migration: Migration, { exportClause }: ts.ExportDeclaration): boolean {
  const { compiler, checker } = migration;
  return (
    exportClause !== undefined &&
    compiler.isNamedExports(exportClause) &&
    exportClause.elements.every((element) => {
      const symbol = checker.getSymbolAtLocation(element.name);
      const target =
        symbol && symbol.flags & compiler.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return (
        target?.declarations !== undefined &&
        tagOf(migration, target) === undefined &&
        target.name !== 'HTTPClient' &&
        (target.flags & compiler.SymbolFlags.BlockScopedVariable) === 0
      );
    })
  );
}
