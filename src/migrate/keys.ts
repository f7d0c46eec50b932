import type ts from 'typescript';

import { membersOf, propertiesOf, replace, tagOf, type Migration, type Tag } from './migration.js';

/** Renames fields that are named by a text: `usage['promptTokens']`, `'toolCalls' in message`, `Pick<Usage, 'promptTokens'>`. */
export class Keys {
  readonly #migration: Migration;
  /** For each `keyof` of one of the SDK's types in the program, the type. */
  readonly #owners = new Map<string, ts.Type>();

  constructor(migration: Migration, files: readonly ts.SourceFile[]) {
    this.#migration = migration;
    for (const file of files) this.#index(file);
  }

  #index(node: ts.Node): void {
    const { compiler, checker } = this.#migration;
    if (compiler.isTypeOperatorNode(node) && node.operator === compiler.SyntaxKind.KeyOfKeyword) {
      const owner = checker.getTypeFromTypeNode(node.type);
      if (owner.getProperties().some((field) => this.#wireOf([owner], field.name) !== undefined))
        this.#owners.set(setOf(owner.getProperties().map(({ name }) => name)), owner);
    }
    compiler.forEachChild(node, (child) => this.#index(child));
  }

  rename(node: ts.Node): void {
    const { compiler, checker } = this.#migration;
    if (compiler.isElementAccessExpression(node)) this.#renameIndex(node);
    else if (compiler.isBinaryExpression(node)) {
      if (node.operatorToken.kind === compiler.SyntaxKind.InKeyword && compiler.isStringLiteral(node.left))
        this.#renameText(node.left, this.#membersAt(node.right));
    } else if (compiler.isCallExpression(node)) this.#renameHasOwn(node);
    else if (compiler.isIndexedAccessTypeNode(node))
      this.#renameType(node.indexType, membersOf(checker, checker.getTypeFromTypeNode(node.objectType)));
    else if (compiler.isTypeReferenceNode(node) || compiler.isExpressionWithTypeArguments(node))
      this.#renameArgument(node);
    else if (compiler.isStringLiteral(node)) this.#renameValue(node);
  }

  #membersAt(node: ts.Expression): ts.Type[] {
    const { checker } = this.#migration;
    return membersOf(checker, checker.getTypeAtLocation(node));
  }

  /** The name on the wire, where it is another one. */
  #wireOf(types: readonly ts.Type[], name: string): string | undefined {
    const [symbol] = propertiesOf(types, name);
    const tag = tagOf(this.#migration, symbol);
    return tag?.kind === 'wire' && tag.text !== name ? tag.text : undefined;
  }

  #renameIndex({ expression, argumentExpression: index }: ts.ElementAccessExpression): void {
    const { compiler, checker } = this.#migration;
    const owners = this.#membersAt(expression);
    if (compiler.isStringLiteral(index)) return this.#renameText(index, owners);
    // As declared: a constant is narrowed to its one name.
    const symbol = compiler.isIdentifier(index) ? checker.getSymbolAtLocation(index) : undefined;
    const type = symbol ? checker.getTypeOfSymbol(symbol) : checker.getTypeAtLocation(index);
    this.#leaveNames(index, type, owners);
  }

  /** `Object.hasOwn(usage, 'promptTokens')` and `usage.hasOwnProperty('promptTokens')`. */
  #renameHasOwn({ expression, arguments: [first, second] }: ts.CallExpression): void {
    const { compiler } = this.#migration;
    if (!compiler.isPropertyAccessExpression(expression) || !first) return;
    const { name, expression: owner } = expression;
    if (name.text === 'hasOwn' && second && compiler.isStringLiteral(second))
      this.#renameText(second, this.#membersAt(first));
    else if (name.text === 'hasOwnProperty' && compiler.isStringLiteral(first))
      this.#renameText(first, this.#membersAt(owner));
  }

  /** The second argument of `Pick` and `Omit`, and of `Extract` and `Exclude` if the first is `keyof`. */
  #renameArgument(node: ts.TypeReferenceNode | ts.ExpressionWithTypeArguments): void {
    const { compiler, checker } = this.#migration;
    const [first, second] = node.typeArguments ?? [];
    if (!first || !second) return;
    const name = (compiler.isTypeReferenceNode(node) ? node.typeName : node.expression).getText();
    const isOfKeys =
      compiler.isTypeOperatorNode(first) && first.operator === compiler.SyntaxKind.KeyOfKeyword;
    const owner =
      name === 'Pick' || name === 'Omit'
        ? first
        : (name === 'Extract' || name === 'Exclude') && isOfKeys
          ? first.type
          : undefined;
    if (owner) this.#renameType(second, membersOf(checker, checker.getTypeFromTypeNode(owner)));
  }

  #renameType(node: ts.TypeNode, owners: readonly ts.Type[]): void {
    const { compiler, checker } = this.#migration;
    if (compiler.isLiteralTypeNode(node)) {
      if (compiler.isStringLiteral(node.literal)) this.#renameText(node.literal, owners);
    } else if (compiler.isUnionTypeNode(node))
      for (const member of node.types) this.#renameType(member, owners);
    else if (compiler.isParenthesizedTypeNode(node)) this.#renameType(node.type, owners);
    else if (compiler.isTypeReferenceNode(node) && !node.typeArguments)
      this.#leaveNames(node, checker.getTypeFromTypeNode(node), owners);
  }

  /** A text whose type is `keyof` one of the SDK's types; one of fewer names may be for other things, too. */
  #renameValue(node: ts.StringLiteral): void {
    const { compiler, checker } = this.#migration;
    if (this.#owners.size === 0 || !this.#migration.official.renamedFields.has(node.text)) return;
    const expected = compiler.isExpression(node) ? checker.getContextualType(node) : undefined;
    const names = expected ? textsOf(this.#migration, expected) : [];
    const owner = this.#owners.get(setOf(names));
    if (owner) this.#renameText(node, [owner]);
    else if (names.length > 0)
      for (const [keys, each] of this.#owners) {
        const wire = this.#wireOf([each], node.text);
        if (wire !== undefined && names.every((name) => keys.split(' ').includes(name)))
          return this.#migration.leave(
            node,
            `\`${node.text}\` is the name of a field, which is \`${wire}\` here`,
          );
      }
  }

  /** Names that stand elsewhere, where they may be used for other things. */
  #leaveNames(node: ts.Node, keys: ts.Type, owners: readonly ts.Type[]): void {
    const names = textsOf(this.#migration, keys);
    // Those of all fields are those of `keyof`, which are renamed where they stand.
    if (this.#owners.has(setOf(names))) return;
    for (const name of names) {
      const wire = this.#wireOf(owners, name);
      if (wire !== undefined)
        this.#migration.leave(node, `this may be \`${name}\`, and the field is \`${wire}\` here`);
    }
  }

  #renameText(node: ts.StringLiteral, owners: readonly ts.Type[]): void {
    const [symbol] = propertiesOf(owners, node.text);
    const tag: Tag | undefined = tagOf(this.#migration, symbol);
    const quote = node.getText()[0]!;
    if (tag?.kind === 'wire') replace(this.#migration, node, `${quote}${tag.text}${quote}`);
    else if (tag && tag.kind !== 'special')
      this.#migration.leave(
        node,
        tag.kind === 'leave'
          ? tag.text
          : `\`${node.text}\` is read by its name in quotes; it is elsewhere here`,
      );
  }
}

const setOf = (names: readonly string[]): string => names.toSorted().join(' ');

/** The texts that a type consists of; none if it has others. */
function textsOf({ compiler, checker }: Migration, type: ts.Type): string[] {
  const members = membersOf(checker, type);
  return members.every(({ flags }) => flags & compiler.TypeFlags.StringLiteral)
    ? members.map((member) => (member as ts.StringLiteralType).value)
    : [];
}
