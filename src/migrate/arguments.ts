import type ts from 'typescript';

import { insert, isAny, isOfficial, membersOf, tagOf, type Migration } from './migration.js';

/** An argument, and what it is passed as. */
export interface Passed {
  readonly node: ts.Expression;
  readonly types: readonly ts.Type[];
}

/**
 * Joins the arguments of a method that takes ids apart from the body, as some of version 2 do: `get('a', body, options)`
 * becomes `get({ prompt_id: 'a', ...body }, options)`.
 *
 * @returns the body and the options, which have names on the wire, too.
 */
export function joinArguments(migration: Migration, call: ts.CallExpression): Passed[] {
  const { compiler, checker } = migration;
  const [params, options] = parametersOf(migration, call);
  if (!params) return [];
  const { StringLike, NumberLike } = compiler.TypeFlags;
  const kindOf = (type: ts.Type): 'text' | 'number' | undefined => {
    const members = membersOf(checker, type);
    const isEvery = (flag: ts.TypeFlags) => members.length > 0 && members.every(({ flags }) => flags & flag);
    return isEvery(StringLike) ? 'text' : isEvery(NumberLike) ? 'number' : undefined;
  };
  const given = call.arguments.map((argument) => checker.getTypeAtLocation(argument));
  // In JavaScript, an id may be anything; the body tells that there is one.
  const isId = (type: ts.Type, index: number): boolean =>
    kindOf(type) !== undefined ||
    (isAny(compiler, type) && hasFieldOf(migration, params, call.arguments.slice(index + 1)));
  const count = given.findIndex((type, index) => !isId(type, index));
  const [first, second] = call.arguments;
  const isUnknown = compiler.isSpreadElement(first!) || (isAny(compiler, given[0]!) && second !== undefined);
  if (count === 0 && !(isUnknown && takesIds.has(nameOf(call)))) return [];
  const ids = call.arguments.slice(0, count < 0 ? undefined : count);
  const body = call.arguments[ids.length];
  // Ids come in the order of the path, which is that of the fields.
  const fields = params.getProperties().slice(0, ids.length);
  const isKnown = ids.every((_, index) => {
    const field = fields[index];
    const type = given[index]!;
    return (
      field !== undefined &&
      (field.flags & compiler.SymbolFlags.Optional) === 0 &&
      (isAny(compiler, type) || kindOf(type) === kindOf(checker.getTypeOfSymbol(field)))
    );
  });
  if (ids.length === 0 || !isKnown || !body || compiler.isSpreadElement(body)) {
    migration.leave(
      call.arguments[0]!,
      'the parameters are one object here, such as `{ prompt_id }`, with the body next to it',
    );
    return [];
  }
  const names = fields.map((field) => {
    const tag = tagOf(migration, field);
    return tag?.kind === 'wire' ? tag.text : field.name;
  });
  const isLiteral = compiler.isObjectLiteralExpression(body);
  // Fields stand as those of the body do: in lines of their own, or in one.
  const inside = isLiteral ? body.properties[0] : undefined;
  const space = inside ? /^\s*/.exec(inside.getFullText())![0] : ' ';
  for (const [index, id] of ids.entries()) {
    const name = names[index]!;
    const isSame = compiler.isIdentifier(id) && id.text === name;
    const start = (index === 0 ? '{' : '') + (index === 0 || space !== ' ' ? space : '');
    insert(migration, id, id.getStart(), start + (isSame ? '' : `${name}: `));
  }
  if (!isLiteral) {
    insert(migration, body, body.getStart(), '...');
    insert(migration, body, body.end, ' }');
  } else {
    migration.edit(body.getSourceFile(), {
      start: ids.at(-1)!.end,
      end: inside ? body.getStart() + 1 : body.end,
      text: inside ? ',' : ' }',
    });
  }
  const last = call.arguments[ids.length + 1];
  return [
    { node: body, types: membersOf(checker, params) },
    ...(last && options ? [{ node: last, types: membersOf(checker, options) }] : []),
  ];
}

const nameOf = ({ expression }: ts.CallExpression): string =>
  'name' in expression ? (expression.name as ts.Identifier).text : '';

/** Methods of version 2 that take ids apart, for calls of which no type tells. */
const takesIds: ReadonlySet<string> = new Set(['createVersion', 'updateMetadata', 'updateVersionMetadata']);

/** Whether a literal has a field of the parameters. */
const hasFieldOf = ({ compiler }: Migration, params: ts.Type, nodes: readonly ts.Expression[]): boolean =>
  nodes.some(
    (node) =>
      compiler.isObjectLiteralExpression(node) &&
      node.properties.some(
        ({ name }) => name && compiler.isIdentifier(name) && params.getProperty(name.text) !== undefined,
      ),
  );

/** What a method of the official SDK takes, as one object and options; nothing for what is none of its methods. */
function parametersOf(migration: Migration, call: ts.CallExpression): ts.Type[] {
  const { compiler, checker } = migration;
  if (!compiler.isPropertyAccessExpression(call.expression) || call.arguments.length === 0) return [];
  const [signature] = checker.getTypeAtLocation(call.expression).getCallSignatures();
  const parameters = signature?.getParameters() ?? [];
  const declaration = parameters[0]?.valueDeclaration;
  return declaration && isOfficial(migration, declaration) && parameters[0]?.name === 'request'
    ? parameters.map((parameter) =>
        checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, call)),
      )
    : [];
}
