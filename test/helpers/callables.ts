import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import ts from 'typescript';

/** The source of every subpath of the package that has code, by the name that a program imports. */
export function entriesOf(root: string): ReadonlyMap<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { import: { default: string } }>;
  };
  return new Map(
    Object.entries(exports).flatMap(([subpath, conditions]) =>
      typeof conditions === 'string'
        ? []
        : [[subpath, conditions.import.default.replace('./dist/esm/', 'src/').replace(/\.js$/, '.ts')]],
    ),
  );
}

/**
 * Every function that a user may hand to the package, as its types say: a parameter, an option, a member of an object that the
 * user makes, whatever is called or iterated. Each is named for where it is declared: `RequestOptions.onEvent`,
 * `mapConcurrent(fn)`.
 *
 * What goes in is found from what is exported: the parameters of a function go in, and so does what a callback returns;
 * what it is called with comes out of the package.
 */
export function callablesOf(root: string): string[] {
  const files = [...entriesOf(root).values()].map((file) => resolve(root, file));
  const { options } = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  )!;
  const program = ts.createProgram(files, options);
  const walk = new Walk(program.getTypeChecker(), root);
  for (const file of files) walk.module(program.getSourceFile(file)!);
  return [...walk.found].toSorted();
}

type Direction = 'in' | 'out';
const opposite = (direction: Direction): Direction => (direction === 'in' ? 'out' : 'in');

/** All other classes are for `instanceof`, and for types. */
const constructedByUsers = new Set(['Mistral']);

const ownerOf = ({ parent }: ts.Declaration): string | undefined =>
  ts.isInterfaceDeclaration(parent) || ts.isClassDeclaration(parent) ? parent.name?.text : undefined;

/** A method is named for the interface that has it, whoever asks for a function of its type. */
function ownNameOf({ symbol }: ts.Type): string | undefined {
  const declaration = symbol?.declarations?.[0];
  if (!declaration || !ts.isMethodSignature(declaration)) return undefined;
  const owner = ownerOf(declaration);
  return owner && `${owner}.${symbol.name}`;
}

class Walk {
  readonly found = new Set<string>();
  readonly #checker: ts.TypeChecker;
  readonly #root: string;
  readonly #seen: Record<Direction, Set<ts.Type>> = { in: new Set(), out: new Set() };

  constructor(checker: ts.TypeChecker, root: string) {
    this.#checker = checker;
    this.#root = root;
  }

  module(file: ts.SourceFile): void {
    for (const exported of this.#checker.getExportsOfModule(this.#checker.getSymbolAtLocation(file)!)) {
      const symbol =
        exported.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported;
      if (symbol.flags & ts.SymbolFlags.Value) {
        const type = this.#checker.getTypeOfSymbol(symbol);
        this.#type(type, 'out', symbol.name);
      }
    }
  }

  #type(type: ts.Type, direction: Direction, name: string): void {
    if (type.isUnionOrIntersection()) {
      // Of an intersection, the members are those of the whole.
      if (type.isUnion()) for (const part of type.types) this.#type(part, direction, name);
      else this.#object(type, direction, name);
      return;
    }
    // Of a parameter of a type, what is known is what it extends.
    const known = this.#checker.getBaseConstraintOfType(type);
    if (known && known !== type) this.#type(known, direction, name);
    else if (type.flags & ts.TypeFlags.Object) this.#object(type, direction, name);
  }

  #object(type: ts.Type, direction: Direction, given: string): void {
    const name = ownNameOf(type) ?? given;
    const isCalled = type.getCallSignatures().length + type.getConstructSignatures().length > 0;
    const isIterated = this.#isIterated(type);
    if (direction === 'in' && (isCalled || isIterated)) this.found.add(name);
    if (this.#seen[direction].has(type)) return;
    this.#seen[direction].add(type);
    // Only the package makes objects of its classes.
    if (direction === 'in' && type.symbol?.flags & ts.SymbolFlags.Class) return;

    for (const signature of type.getCallSignatures()) this.#signature(signature, direction, name);
    if (direction === 'in' || constructedByUsers.has(name))
      for (const signature of type.getConstructSignatures()) this.#signature(signature, direction, name);
    for (const argument of this.#checker.getTypeArguments(type as ts.TypeReference) ?? [])
      this.#type(argument, direction, name);
    if (!this.#isOurs(type)) return;
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const declaration = property.declarations?.[0];
      if (!declaration || !this.#isOursAt(declaration)) continue;
      if (ts.isClassElement(declaration) && declaration.name && ts.isPrivateIdentifier(declaration.name))
        continue;
      if (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected))
        continue;
      this.#type(
        this.#checker.getTypeOfSymbol(property),
        direction,
        `${ownerOf(declaration) ?? name}.${property.name}`,
      );
    }
  }

  #signature(signature: ts.Signature, direction: Direction, name: string): void {
    for (const parameter of signature.getParameters()) {
      const type = this.#checker.getTypeOfSymbol(parameter);
      this.#type(type, opposite(direction), `${name}(${parameter.name})`);
    }
    this.#type(signature.getReturnType(), direction, name);
  }

  #isIterated(type: ts.Type): boolean {
    const name = type.symbol?.name;
    return ['AsyncIterable', 'Iterable', 'ReadableStream'].includes(name ?? '');
  }

  #isOurs(type: ts.Type): boolean {
    if (type.isIntersection()) return true;
    const declarations = type.symbol?.declarations ?? type.aliasSymbol?.declarations ?? [];
    return declarations.length === 0 || declarations.some((declaration) => this.#isOursAt(declaration));
  }

  #isOursAt(declaration: ts.Declaration): boolean {
    const file = relative(this.#root, declaration.getSourceFile().fileName);
    return file.startsWith('src/') || file.startsWith('generated/');
  }
}
