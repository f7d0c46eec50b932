import type ts from 'typescript';

import { joinArguments } from './arguments.js';
import { liftBody, renameField, writeTypeOut } from './fields.js';
import {
  elementsOf,
  isOfficialSymbol,
  isOfficialType,
  membersOf,
  propertiesOf,
  tagOf,
  type Migration,
} from './migration.js';
import { rewriteOption } from './options.js';
import { compareOwnTypes, compareReadTypes } from './own-types.js';
import { convertsDate, refuseBlob } from './values.js';
import { renameWrittenField } from './written-fields.js';

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
    if (compiler.isCallExpression(node)) {
      for (const passed of joinArguments(this.#migration, node)) this.shape(passed.node, passed.types);
      const [target] = node.arguments;
      if (target && assigns(node)) {
        const types = membersOf(checker, checker.getTypeAtLocation(target));
        if (types.some((type) => this.#concerns(type))) this.#shapeAssigned(node, types);
      }
    }
    if (compiler.isExpression(node) && this.#isPassed(node)) {
      const expected = checker.getContextualType(node);
      if (expected) {
        const types = membersOf(checker, expected);
        if (types.some((type) => this.#concerns(type))) this.shape(node, types);
        else compareReadTypes(this.#migration, node, types);
      }
    }
    if (compiler.isAsExpression(node))
      compareReadTypes(this.#migration, node.expression, membersOf(checker, checker.getTypeAtLocation(node)));
    compiler.forEachChild(node, (child) => this.visit(child));
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
    return elementsOf(this.#migration, [type]).some((element) =>
      membersOf(checker, element).some((member) => this.#concerns(member, depth + 1)),
    );
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
        else this.shape(element, elementsOf(this.#migration, types));
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
    if (convertsDate(this.#migration, node, types)) return;
    if (compiler.isIdentifier(node)) return this.#shapeVariable(node, types);
    if (compiler.isCallExpression(node)) return this.#shapeCall(node, types);
    if (compiler.isElementAccessExpression(node)) return this.#shapeMembers(node.expression, types);
    if (compiler.isPropertyAccessExpression(node)) {
      const declaration = checker.getSymbolAtLocation(node.name)?.valueDeclaration;
      if (!declaration) return;
      if (compiler.isPropertyAssignment(declaration) || compiler.isPropertyDeclaration(declaration))
        if (declaration.initializer) this.shape(declaration.initializer, types);
    }
  }

  /** Any of them may be meant by `table[name]`. */
  #shapeMembers(node: ts.Expression, types: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
    if (!declaration || !compiler.isVariableDeclaration(declaration)) return;
    let literal = declaration.initializer;
    while (literal && (compiler.isAsExpression(literal) || compiler.isSatisfiesExpression(literal)))
      literal = literal.expression;
    if (!literal || !compiler.isObjectLiteralExpression(literal)) return;
    for (const property of literal.properties)
      if (compiler.isPropertyAssignment(property)) this.shape(property.initializer, types);
  }

  #shapeObject(node: ts.ObjectLiteralExpression, types: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    writeTypeOut(this.#migration, node, types);
    for (const property of node.properties) {
      if (compiler.isSpreadAssignment(property)) {
        this.shape(property.expression, types);
        continue;
      }
      const { name } = property;
      if (!compiler.isIdentifier(name) && !compiler.isStringLiteral(name)) continue;
      const found = propertiesOf(types, name.text);
      const values = types.flatMap(
        (type) => checker.getIndexTypeOfType(type, compiler.IndexKind.String) ?? [],
      );
      if (found.length === 0 && values.length > 0) {
        // Its name is the user's.
        if (compiler.isPropertyAssignment(property))
          this.shape(
            property.initializer,
            values.flatMap((type) => membersOf(checker, type)),
          );
        continue;
      }
      if (found.length === 0) {
        const body = liftBody(this.#migration, node, property, name, types);
        if (body === name && compiler.isShorthandPropertyAssignment(property))
          this.#shapeShorthand(property, types);
        else if (body) this.shape(body, types);
        continue;
      }
      const [tag, ...others] = new Map(
        found
          .map((symbol) => tagOf(this.#migration, symbol))
          .map((each) => [`${each?.kind} ${each?.text}`, each]),
      ).values();
      if (others.length > 0) this.#migration.leave(name, `\`${name.text}\` means several things here`);
      else if (tag?.kind === 'wire') renameField(this.#migration, property, name, tag.text);
      else if (tag?.kind === 'leave') this.#migration.leave(name, tag.text);
      else if (tag?.kind === 'special') {
        rewriteOption(this.#migration, tag.text, property);
        continue;
      }
      const inner = found.flatMap((symbol) => membersOf(checker, checker.getTypeOfSymbol(symbol)));
      if (compiler.isPropertyAssignment(property)) {
        refuseBlob(this.#migration, property.initializer, inner);
        this.shape(property.initializer, inner);
      } else if (compiler.isShorthandPropertyAssignment(property)) this.#shapeShorthand(property, inner);
    }
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
    compareOwnTypes(this.#migration, node, types);
    for (const declaration of symbol.declarations ?? []) {
      if (compiler.isVariableDeclaration(declaration) && declaration.initializer)
        this.shape(declaration.initializer, types);
    }
    const elements = elementsOf(this.#migration, types);
    const isOwn = symbol.declarations?.every((each) => this.#isLiteral(each)) ?? false;
    for (const use of this.#uses.get(given) ?? []) {
      const { parent } = use;
      const field = renameWrittenField(this.#migration, use, types, isOwn);
      if (field?.value)
        this.shape(
          field.value,
          propertiesOf(types, field.name).flatMap((each) =>
            membersOf(checker, checker.getTypeOfSymbol(each)),
          ),
        );
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
      if (compiler.isCallExpression(parent) && assigns(parent) && parent.arguments[0] === use)
        this.#shapeAssigned(parent, types);
      if (
        compiler.isBinaryExpression(parent) &&
        parent.left === use &&
        parent.operatorToken.kind === compiler.SyntaxKind.EqualsToken
      )
        this.shape(parent.right, types);
    }
  }

  #isLiteral(declaration: ts.Declaration): boolean {
    const { compiler } = this.#migration;
    return (
      compiler.isVariableDeclaration(declaration) &&
      declaration.initializer !== undefined &&
      compiler.isObjectLiteralExpression(declaration.initializer)
    );
  }

  #shapeAssigned({ arguments: [, ...sources] }: ts.CallExpression, types: readonly ts.Type[]): void {
    for (const source of sources) this.shape(source, types);
  }

  #shapeCall(node: ts.CallExpression, types: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    const { expression } = node;
    if (passesOn.has(expression.getText()))
      return node.arguments.forEach((argument) => this.shape(argument, types));
    if (compiler.isPropertyAccessExpression(expression)) {
      const method = expression.name.text;
      const [callback] = node.arguments.filter(
        (argument) => compiler.isArrowFunction(argument) || compiler.isFunctionExpression(argument),
      );
      const makesElements =
        method === 'map' || (method === 'from' && expression.expression.getText() === 'Array');
      if (makesElements && callback) return this.#shapeReturns(callback, elementsOf(this.#migration, types));
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
}

const assigns = ({ expression }: ts.CallExpression): boolean => expression.getText() === 'Object.assign';

/** What gives its arguments, or copies of them. */
const passesOn: ReadonlySet<string> = new Set(['Object.assign', 'Object.freeze', 'structuredClone']);

const keepsElements: ReadonlySet<string> = new Set([
  'filter',
  'slice',
  'concat',
  'reverse',
  'toReversed',
  'sort',
]);
