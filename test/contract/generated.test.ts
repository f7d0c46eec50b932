import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import {
  describedOperations,
  propertiesOf,
  type DescribedOperation,
  type Schema,
} from '../helpers/description.js';
import { fixedFields, isWholeBody } from '../helpers/sample-call.js';

// What the files hold as text, generated-code.test.ts checks; here the compiler says what their types are.
const description: unknown = parse(readFileSync('generated/openapi.yaml', 'utf8'));

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: unknown };
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
const file = (name: string): string => resolve('generated', `${name}.gen.ts`);
const program = ts.createProgram(['types', 'operation-types', 'params', 'sdk'].map(file), {
  ...options,
  types: [],
});
const checker = program.getTypeChecker();

const exportsOf = (name: string): ReadonlyMap<string, ts.Symbol> => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file(name))!)!;
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
};
const wire = new Map([...exportsOf('types'), ...exportsOf('operation-types')]);
const params = exportsOf('params');
const sdk = exportsOf('sdk');

const typeOf = (symbol: ts.Symbol): ts.Type =>
  symbol.flags & ts.SymbolFlags.Property
    ? checker.getTypeOfSymbol(symbol)
    : checker.getDeclaredTypeOfSymbol(symbol);

const capitalise = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const typeName = (id: string): string => id.split('.').map(capitalise).join('');

describe.each(describedOperations)('$id', ({ id, pathKey, method, status, kind, parameters, body }) => {
  const name = typeName(id);

  test('has a function, and types for what goes out and what comes back', () => {
    const responses = responsesOf(pathKey, method);

    expect(sdk.has(name.charAt(0).toLowerCase() + name.slice(1))).toBe(true);
    expect(propertyNames(typeAt([`${name}Data`]))).toEqual(['body', 'path', 'query', 'url']);
    expect(propertyNames(typeAt([`${name}Responses`]))).toEqual(responses.filter((code) => code < '4'));
    expect(propertyNames(typeAt([`${name}Errors`]))).toEqual(responses.filter((code) => code >= '4'));
    expect(checker.typeToString(typeAt([`${name}Responses`, String(status)])) === 'void').toBe(
      kind === 'void',
    );
  });

  test('has the parameters of the description, and the reference says which may be left out', () => {
    const symbol = params.get(`${name}Params`);
    const taken = symbol ? optionalityOf(typeOf(symbol)) : {};
    const decided = body ? Object.keys(fixedFields(body.schema)) : [];
    const described = [
      ...parameters.map((parameter) => parameter.name),
      ...(body ? fieldsOf(body.schema) : []),
    ];

    expect(Object.keys(taken).toSorted()).toEqual(
      described.filter((field) => !decided.includes(field)).toSorted(),
    );
    expect(referenceOf(id)).toEqual(taken);
  });
});

describe('a union with a discriminator has, where it stands, one member for each tag', () => {
  const unions = unionsIn(description, []);

  test('and there are many', () => {
    expect(unions.length).toBeGreaterThan(25);
  });

  test.each(unions.map((union) => [union.keys.join('.'), union] as const))(
    '%s',
    (_, { keys, tag, mapping }) => {
      const members = typesAt(placeOf(keys))
        .flatMap(flatten)
        .filter((member) => member.getProperty(tag));
      const byTag = members.map((member) => [valueOf(member, tag), member] as const);

      expect(byTag.map(([value]) => value).toSorted()).toEqual(Object.keys(mapping).toSorted());
      for (const [value, member] of byTag) {
        const schema = mapping[value]!.split('/').at(-1)!;
        // Requests have types of their own for what responses hold, too.
        const isOfRequests = checker.typeToString(member) === `${schema}Param`;
        const named = typeAt([isOfRequests ? `${schema}Param` : schema]);
        expect(checker.typeToString(member), value).toBe(checker.typeToString(named));
        expect(checker.isTypeAssignableTo(typeAt([schema]), member), value).toBe(true);
        expect(checker.isTypeAssignableTo(member, named), value).toBe(true);
        expect(checker.isTypeAssignableTo(named, member), value).toBe(true);
      }
    },
  );
});

test('the effective description says the same to readers of YAML 1.1, of which there are many', () => {
  const text = readFileSync('generated/openapi.yaml', 'utf8');

  // A date would be a moment in time, and the name `n` would be false.
  expect(isDeepStrictEqual(parse(text, { version: '1.1', merge: false }), description)).toBe(true);
});

/** A body that is no object is one parameter. */
const fieldsOf = (schema: Schema): string[] =>
  isWholeBody(schema) ? ['body'] : Object.keys(propertiesOf(schema));

/** The statuses of an operation, in order. */
function responsesOf(pathKey: string, method: string): string[] {
  const { paths } = description as { paths: Record<string, Record<string, { responses: object }>> };
  return Object.keys(paths[pathKey]![method.toLowerCase()]!.responses).toSorted();
}

/** The parameters of a method in `api.md`, with whether each may be left out. */
function referenceOf(id: string): Record<string, boolean> {
  const section = readFileSync('generated/api.md', 'utf8')
    .split(`\n### \`mistral.${id}(`)[1]!
    .split('\n##', 1)[0]!;
  const lines = section.matchAll(/^- `([^`?]+)(\??)`:/gm);
  return Object.fromEntries([...lines].map(([, name, mark]) => [name, mark === '?']));
}

/** Whether each property may be left out; of a union, those of all members. */
function optionalityOf(type: ts.Type): Record<string, boolean> {
  const members = flatten(type).map((member) => checker.getPropertiesOfType(member));
  const everywhere = (name: string): boolean =>
    members.every((properties) => properties.some((each) => each.name === name && !isOptional(each)));
  return Object.fromEntries(members.flat().map(({ name }) => [name, !everywhere(name)]));
}

const isOptional = (property: ts.Symbol): boolean => (property.flags & ts.SymbolFlags.Optional) !== 0;

const propertyNames = (type: ts.Type): string[] =>
  checker
    .getPropertiesOfType(type)
    .map(({ name }) => name)
    .toSorted();

interface Union {
  /** The names that lead to it in the description. */
  readonly keys: readonly string[];
  readonly tag: string;
  readonly mapping: Readonly<Record<string, string>>;
}

/** Every union with a discriminator below a part of the description, outside its examples. */
function unionsIn(value: unknown, keys: readonly string[]): Union[] {
  if (typeof value !== 'object' || value === null) return [];
  const { discriminator } = value as {
    discriminator?: { propertyName: string; mapping: Record<string, string> };
  };
  const own = discriminator?.mapping
    ? [{ keys, tag: discriminator.propertyName, mapping: discriminator.mapping }]
    : [];
  const children = Object.entries(value).filter(
    ([key]) => !['example', 'examples', 'discriminator'].includes(key),
  );
  return [...own, ...children.flatMap(([key, child]) => unionsIn(child, [...keys, key]))];
}

/** From the names that lead to a schema in the description to those that lead to its type. */
function placeOf([room, first, ...rest]: readonly string[]): string[] {
  if (room === 'components') return [rest[0]!, ...stepsOf(rest.slice(1))];
  const [method, part, ...inside] = rest;
  const { id } = describedOperations.find(
    (operation: DescribedOperation) =>
      operation.pathKey === first && operation.method === method!.toUpperCase(),
  )!;
  const name = typeName(id);
  const schema = stepsOf(inside.slice(inside.indexOf('schema') + 1));
  return part === 'requestBody'
    ? [`${name}Data`, 'body', ...schema]
    : [`${name}Responses`, inside[0]!, ...schema];
}

/** What composes a type is not a step on the way into it. */
function stepsOf(keys: readonly string[]): string[] {
  const [keyword, name, ...rest] = keys;
  if (keyword === undefined) return [];
  if (keyword === 'properties') return [name!, ...stepsOf(rest)];
  if (keyword === 'items') return ['[]', ...stepsOf(keys.slice(1))];
  return stepsOf(rest);
}

/** The type behind the name of an export and those of properties; `[]` is what a list holds. */
const typeAt = ([name, ...steps]: readonly string[]): ts.Type => {
  const [type, ...others] = typesAt([name!, ...steps]);
  expect(others).toEqual([]);
  return type!;
};

/** The same where there may be several: a list may hold lists, too. */
function typesAt([name, ...steps]: readonly string[]): readonly ts.Type[] {
  const start = [checker.getDeclaredTypeOfSymbol(wire.get(name!)!)];
  return steps.reduce((types, step) => types.flatMap(flatten).flatMap((type) => stepInto(type, step)), start);
}

function stepInto(type: ts.Type, step: string): readonly ts.Type[] {
  if (step === '[]')
    return checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
  const property = checker.getPropertyOfType(type, step);
  return property ? [checker.getTypeOfSymbol(property)] : [];
}

const flatten = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

/** The one value that a tag has, which requests may be free to leave out. */
function valueOf(member: ts.Type, tag: string): string {
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(checker.getPropertyOfType(member, tag)!));
  return type.isStringLiteral() ? type.value : checker.typeToString(type);
}
