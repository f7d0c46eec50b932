import type ts from 'typescript';

import {
  insert,
  isAny,
  isOfficial,
  isOfficialSymbol,
  isOfficialType,
  membersOf,
  propertiesOf,
  remove,
  replace,
  tagOf,
  type Migration,
} from './migration.js';
import { rewriteOption } from './options.js';

/**
 * Renames the fields of what the program builds and the official SDK takes: literals where they are passed, and those that
 * get there by way of variables, arrays that are pushed to, functions and spreads. Data of the user has no declared fields,
 * and stays.
 */
export function renameFlows(migration: Migration, files: readonly ts.SourceFile[]): void {
  const flows = new Flows(migration, files);
  for (const file of files) flows.visit(file);
}

class Flows {
  readonly #migration: Migration;
  readonly #uses = new Map<ts.Symbol, ts.Identifier[]>();
  readonly #seen = new Set<ts.Node>();

  constructor(migration: Migration, files: readonly ts.SourceFile[]) {
    this.#migration = migration;
    for (const file of files) this.#index(file);
  }

  #index(node: ts.Node): void {
    const { compiler, checker } = this.#migration;
    if (compiler.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node);
      const uses = symbol && this.#uses.get(symbol);
      if (uses) uses.push(node);
      else if (symbol) this.#uses.set(symbol, [node]);
    }
    compiler.forEachChild(node, (child) => this.#index(child));
  }

  visit(node: ts.Node): void {
    const { compiler, checker } = this.#migration;
    if (compiler.isCallExpression(node) && this.#isPositional(node)) {
      this.#migration.leave(
        node.arguments[0]!,
        'the parameters are one object here, such as `{ prompt_id }`, with the body next to it',
      );
      return;
    }
    if (compiler.isExpression(node) && this.#isPassed(node)) {
      const expected = checker.getContextualType(node);
      if (expected) {
        const types = membersOf(checker, expected);
        if (types.some((type) => this.#concerns(type))) this.shape(node, types);
      }
    }
    compiler.forEachChild(node, (child) => this.visit(child));
  }

  /** Some methods of version 2 take an id apart from the rest. */
  #isPositional({ expression, arguments: [first] }: ts.CallExpression): boolean {
    const { compiler, checker } = this.#migration;
    if (!first || !compiler.isPropertyAccessExpression(expression)) return false;
    const [signature] = checker.getTypeAtLocation(expression).getCallSignatures();
    const [parameter] = signature?.declaration?.parameters ?? [];
    const isMethod =
      parameter !== undefined &&
      isOfficial(this.#migration, parameter) &&
      parameter.name.getText() === 'request';
    return isMethod && (checker.getTypeAtLocation(first).flags & compiler.TypeFlags.StringLike) !== 0;
  }

  /** What has an expected type of its own. What is inside of it is reached from there. */
  #isPassed(node: ts.Expression): boolean {
    const { compiler } = this.#migration;
    const { parent } = node;
    if (compiler.isCallExpression(parent) || compiler.isNewExpression(parent))
      return parent.arguments?.includes(node) ?? false;
    return (
      (compiler.isVariableDeclaration(parent) && parent.initializer === node) ||
      (compiler.isParameter(parent) && parent.initializer === node) ||
      (compiler.isPropertyDeclaration(parent) && parent.initializer === node) ||
      (compiler.isPropertyAssignment(parent) && parent.initializer === node) ||
      (compiler.isBinaryExpression(parent) && parent.right === node) ||
      (compiler.isArrowFunction(parent) && parent.body === node) ||
      compiler.isReturnStatement(parent) ||
      compiler.isSatisfiesExpression(parent) ||
      compiler.isAsExpression(parent)
    );
  }

  #concerns(type: ts.Type, depth = 0): boolean {
    const { compiler, checker } = this.#migration;
    if (isOfficialType(this.#migration, type)) return true;
    const isMapped = (type.flags & compiler.TypeFlags.Object) !== 0;
    if (isMapped && type.getProperties().some((field) => isOfficialSymbol(this.#migration, field)))
      return true;
    if (depth > 2) return false;
    return this.#elements([type]).some((element) =>
      membersOf(checker, element).some((member) => this.#concerns(member, depth + 1)),
    );
  }

  #elements(types: readonly ts.Type[]): ts.Type[] {
    const { compiler, checker } = this.#migration;
    return types.flatMap((type) => {
      if ((type.flags & compiler.TypeFlags.Object) === 0) return [];
      const element = checker.getIndexTypeOfType(type, compiler.IndexKind.Number);
      return element && !checker.getIndexTypeOfType(type, compiler.IndexKind.String)
        ? membersOf(checker, element)
        : [];
    });
  }

  /** Gives an expression the names of what it is passed as. */
  shape(node: ts.Expression, types: readonly ts.Type[]): void {
    if (this.#seen.has(node) || types.length === 0) return;
    this.#seen.add(node);
    const { compiler, checker } = this.#migration;
    if (compiler.isObjectLiteralExpression(node)) return this.#shapeObject(node, types);
    if (compiler.isArrayLiteralExpression(node)) {
      for (const element of node.elements) {
        if (compiler.isSpreadElement(element)) this.shape(element.expression, types);
        else this.shape(element, this.#elements(types));
      }
      return;
    }
    if (
      compiler.isParenthesizedExpression(node) ||
      compiler.isAsExpression(node) ||
      compiler.isSatisfiesExpression(node) ||
      compiler.isNonNullExpression(node) ||
      compiler.isAwaitExpression(node)
    )
      return this.shape(node.expression, types);
    if (compiler.isConditionalExpression(node)) {
      this.shape(node.whenTrue, types);
      return this.shape(node.whenFalse, types);
    }
    if (compiler.isBinaryExpression(node)) {
      this.shape(node.left, types);
      return this.shape(node.right, types);
    }
    if (compiler.isArrowFunction(node) || compiler.isFunctionExpression(node)) return;
    if (this.#convertsDate(node, types)) return;
    if (compiler.isIdentifier(node)) return this.#shapeVariable(node, types);
    if (compiler.isCallExpression(node)) return this.#shapeCall(node, types);
    if (compiler.isPropertyAccessExpression(node)) {
      const declaration = checker.getSymbolAtLocation(node.name)?.valueDeclaration;
      if (declaration && compiler.isPropertyAssignment(declaration))
        this.shape(declaration.initializer, types);
    }
  }

  #shapeObject(node: ts.ObjectLiteralExpression, types: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    for (const property of node.properties) {
      if (compiler.isSpreadAssignment(property)) {
        this.shape(property.expression, types);
        continue;
      }
      const { name } = property;
      if (!compiler.isIdentifier(name) && !compiler.isStringLiteral(name)) continue;
      const found = propertiesOf(types, name.text);
      if (found.length === 0) {
        this.#missing(node, property, name, types);
        continue;
      }
      const [tag, ...others] = new Map(
        found
          .map((symbol) => tagOf(this.#migration, symbol))
          .map((each) => [`${each?.kind} ${each?.text}`, each]),
      ).values();
      if (others.length > 0) this.#migration.leave(name, `\`${name.text}\` means several things here`);
      else if (tag?.kind === 'wire') this.#rename(property, name, tag.text);
      else if (tag?.kind === 'leave') this.#migration.leave(name, tag.text);
      else if (tag?.kind === 'special') {
        rewriteOption(this.#migration, tag.text, property);
        continue;
      }
      const inner = found.flatMap((symbol) => membersOf(checker, checker.getTypeOfSymbol(symbol)));
      if (compiler.isPropertyAssignment(property)) {
        this.#refuseBlob(property.initializer, inner);
        this.shape(property.initializer, inner);
      } else if (compiler.isShorthandPropertyAssignment(property)) this.#shapeShorthand(property, inner);
    }
  }

  #rename(property: ts.ObjectLiteralElementLike, name: ts.Identifier | ts.StringLiteral, wire: string): void {
    const { compiler, renamed } = this.#migration;
    renamed.set(property, wire);
    if (compiler.isShorthandPropertyAssignment(property))
      insert(this.#migration, name, name.getStart(), `${wire}: `);
    else if (compiler.isIdentifier(name)) replace(this.#migration, name, wire);
    else replace(this.#migration, name, `${name.getText()[0]}${wire}${name.getText()[0]}`);
  }

  /** A field that the types lack: the body that is nested under a name of its own, or one that is not here. */
  #missing(
    node: ts.ObjectLiteralExpression,
    property: ts.ObjectLiteralElementLike,
    name: ts.Identifier | ts.StringLiteral,
    types: readonly ts.Type[],
  ): void {
    const { compiler, checker } = this.#migration;
    const isOpen = types.some(
      (type) =>
        checker.getIndexTypeOfType(type, compiler.IndexKind.String) ||
        !isOfficialType(this.#migration, type) ||
        type.getProperties().length === 0,
    );
    // A program may have the name on the wire already, where nothing checked it.
    const isOnWire = types.some((type) =>
      type.getProperties().some((field) => {
        const tag = tagOf(this.#migration, field);
        return tag?.kind === 'wire' && tag.text === name.text;
      }),
    );
    if (isOpen || isOnWire) return;
    const value = compiler.isPropertyAssignment(property)
      ? property.initializer
      : compiler.isShorthandPropertyAssignment(property)
        ? name
        : undefined;
    const type = value && checker.getTypeAtLocation(value);
    const fields = type && type.flags & compiler.TypeFlags.Object ? type.getProperties() : [];
    const isBody =
      compiler.isCallExpression(node.parent) &&
      value !== undefined &&
      fields.length > 0 &&
      fields.every((field) =>
        propertiesOf(types, field.name).some((own) => isOfficialSymbol(this.#migration, own)),
      );
    if (!isBody) {
      this.#migration.leave(
        name,
        `\`${name.text}\` does not exist here; fields that the API has and the types lack are passed in \`body\` of the options`,
      );
      return;
    }
    if (compiler.isObjectLiteralExpression(value)) {
      const first = value.properties[0]!;
      const last = value.properties.at(-1)!;
      remove(this.#migration, property, property.getStart(), first.getStart());
      remove(this.#migration, property, last.end, property.end);
      this.shape(value, types);
      return;
    }
    if (compiler.isShorthandPropertyAssignment(property)) {
      insert(this.#migration, name, name.getStart(), '...');
      return this.#shapeShorthand(property, types);
    }
    remove(this.#migration, property, property.getStart(), value.getStart());
    insert(this.#migration, value, value.getStart(), '...');
    this.shape(value, types);
  }

  #shapeShorthand(property: ts.ShorthandPropertyAssignment, types: readonly ts.Type[]): void {
    const symbol = this.#migration.checker.getShorthandAssignmentValueSymbol(property);
    if (symbol) this.#shapeSymbol(property.name, symbol, types);
  }

  #shapeVariable(node: ts.Identifier, types: readonly ts.Type[]): void {
    const symbol = this.#migration.checker.getSymbolAtLocation(node);
    if (symbol) this.#shapeSymbol(node, symbol, types);
  }

  #shapeSymbol(node: ts.Identifier, given: ts.Symbol, types: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    const symbol = given.flags & compiler.SymbolFlags.Alias ? checker.getAliasedSymbol(given) : given;
    this.#compare(node, types);
    for (const declaration of symbol.declarations ?? []) {
      if (compiler.isVariableDeclaration(declaration) && declaration.initializer)
        this.shape(declaration.initializer, types);
    }
    const elements = this.#elements(types);
    for (const use of this.#uses.get(given) ?? []) {
      const { parent } = use;
      if (
        compiler.isPropertyAccessExpression(parent) &&
        compiler.isCallExpression(parent.parent) &&
        parent.parent.expression === parent &&
        (parent.name.text === 'push' || parent.name.text === 'unshift')
      ) {
        for (const argument of parent.parent.arguments)
          this.shape(
            compiler.isSpreadElement(argument) ? argument.expression : argument,
            compiler.isSpreadElement(argument) ? types : elements,
          );
      }
      if (
        compiler.isBinaryExpression(parent) &&
        parent.left === use &&
        parent.operatorToken.kind === compiler.SyntaxKind.EqualsToken
      )
        this.shape(parent.right, types);
    }
  }

  /** What types of the program's own say of a value cannot be renamed here: they may be used for other things. */
  #compare(node: ts.Identifier, types: readonly ts.Type[], value?: ts.Type): void {
    const { compiler, checker, renamed } = this.#migration;
    const own = membersOf(checker, value ?? checker.getTypeAtLocation(node));
    for (const type of own) {
      if (isOfficialType(this.#migration, type)) continue;
      for (const field of type.getProperties()) {
        const [declaration] = field.declarations ?? [];
        if (!declaration || renamed.has(declaration) || !compiler.isPropertySignature(declaration)) continue;
        const tag = propertiesOf(types, field.name)
          .map((symbol) => tagOf(this.#migration, symbol))
          .find((each) => each?.kind === 'wire');
        if (tag && !isOfficialSymbol(this.#migration, field) && tag.text !== field.name)
          this.#migration.leave(
            declaration,
            `\`${field.name}\` of this type is \`${tag.text}\` where it is passed to the SDK`,
          );
      }
      const elements = this.#elements([type]);
      if (elements.length > 0 && !value)
        for (const element of elements) this.#compare(node, this.#elements(types), element);
    }
  }

  #shapeCall(node: ts.CallExpression, types: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    const { expression } = node;
    if (compiler.isPropertyAccessExpression(expression)) {
      const method = expression.name.text;
      const [callback] = node.arguments.filter(
        (argument) => compiler.isArrowFunction(argument) || compiler.isFunctionExpression(argument),
      );
      const makesElements =
        method === 'map' || (method === 'from' && expression.expression.getText() === 'Array');
      if (makesElements && callback) return this.#shapeReturns(callback, this.#elements(types));
      if (keepsElements.has(method)) {
        this.shape(expression.expression, types);
        if (method === 'concat') for (const argument of node.arguments) this.shape(argument, types);
        return;
      }
    }
    const declaration = checker.getResolvedSignature(node)?.declaration;
    if (declaration && !declaration.type) this.#shapeReturns(declaration, types);
  }

  #shapeReturns(node: ts.Node, types: readonly ts.Type[]): void {
    const { compiler } = this.#migration;
    if (!compiler.isFunctionLike(node) || !('body' in node) || !node.body) return;
    const body = node.body as ts.ConciseBody;
    if (!compiler.isBlock(body)) return this.shape(body, types);
    const visit = (child: ts.Node): void => {
      if (compiler.isFunctionLike(child)) return;
      if (compiler.isReturnStatement(child) && child.expression) this.shape(child.expression, types);
      compiler.forEachChild(child, visit);
    };
    compiler.forEachChild(body, visit);
  }

  /** The official SDK takes a `Date` where the wire has its text. */
  #convertsDate(node: ts.Expression, types: readonly ts.Type[]): boolean {
    const { compiler, checker } = this.#migration;
    const isText = types.every((type) => type.flags & compiler.TypeFlags.StringLike);
    if (!isText || checker.getTypeAtLocation(node).symbol?.name !== 'Date') return false;
    insert(this.#migration, node, node.end, '.toISOString()');
    return true;
  }

  /** The name of a file says its format; the official SDK calls one without a name `blob`. */
  #refuseBlob(node: ts.Expression, types: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    if (propertiesOf(types, 'fileName').length === 0) return;
    const type = checker.getTypeAtLocation(node);
    if (type.symbol?.name === 'Blob')
      this.#migration.leave(
        node,
        'a Blob has no name, and the API reads the format from it: pass `{ name, content }`',
      );
    else if (isAny(compiler, type))
      this.#migration.leave(
        node,
        'a file of a type that is not known: a file is `{ name, content }`, a `File` or a read stream',
      );
  }
}

const keepsElements: ReadonlySet<string> = new Set([
  'filter',
  'slice',
  'concat',
  'reverse',
  'toReversed',
  'sort',
]);
