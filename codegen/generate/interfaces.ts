import ts from 'typescript';

/**
 * In the text of hey-api's types, make interfaces of objects, so that programs can add to them: `declare module`.
 *
 * An object that is another one and more extends it, unless both say something of one property.
 */
export function toInterfaces(text: string): string {
  const source = ts.createSourceFile('types.gen.ts', text, ts.ScriptTarget.ESNext, true);
  const aliases = new Map(
    source.statements.filter(ts.isTypeAliasDeclaration).map((node) => [node.name.text, node]),
  );
  let result = '';
  let position = 0;
  for (const node of aliases.values()) {
    const parts = partsOf(node, aliases);
    if (!parts) continue;
    const { base, own } = parts;
    const from = node.getStart() + (node.modifiers === undefined ? '' : 'export ').length;
    const heritage = base === undefined ? '' : ` extends ${base}`;
    result += `${text.slice(position, from)}interface ${node.name.text}${heritage} ${own.getText()}`;
    position = node.end;
  }
  return result + text.slice(position);
}

type Aliases = ReadonlyMap<string, ts.TypeAliasDeclaration>;

/** What can be an interface: what it extends, if anything, and what it says itself. */
function partsOf(
  { type }: ts.TypeAliasDeclaration,
  aliases: Aliases,
): { readonly base?: string; readonly own: ts.TypeLiteralNode } | undefined {
  if (ts.isTypeLiteralNode(type)) return { own: type };
  if (!ts.isIntersectionTypeNode(type) || type.types.length !== 2) return undefined;
  const [first, own] = type.types;
  if (!ts.isTypeReferenceNode(first!) || !ts.isTypeLiteralNode(own!)) return undefined;
  const base = first.getText();
  const inherited = propertiesOf(base, aliases);
  return inherited && namesIn(own).every((name) => !inherited.includes(name)) ? { base, own } : undefined;
}

/** Of an object that can be an interface. */
function propertiesOf(name: string, aliases: Aliases): string[] | undefined {
  const node = aliases.get(name);
  const parts = node && partsOf(node, aliases);
  if (!parts) return undefined;
  const inherited = parts.base === undefined ? [] : propertiesOf(parts.base, aliases)!;
  return [...inherited, ...namesIn(parts.own)];
}

const namesIn = ({ members }: ts.TypeLiteralNode): string[] =>
  members.map((member) => member.name?.getText() ?? '');
