import { resolve } from 'node:path';

import ts from 'typescript';
import { expect, test } from 'vitest';

import { describedOperations } from '../helpers/description.js';

const prelude = `
import type { Mistral, Uploadable } from '../../src/index.js';
import type * as types from '../../src/types.js';

type DeepReadonly<T> = T extends Uploadable | string
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
      : T;

/** At any depth. A key that says \`undefined\` in so many words counts under \`exactOptionalPropertyTypes\`. */
type WithUndefined<T> = T extends Uploadable | string
  ? T
  : T extends readonly (infer Item)[]
    ? WithUndefined<Item>[]
    : T extends object
      ? { [Key in keyof T]: WithUndefined<T[Key]> | UndefinedIf<T, Key> }
      : T;

/** Any key of a record is optional, and says nothing. */
type UndefinedIf<T, Key extends keyof T> = string extends Key ? never : {} extends Pick<T, Key> ? undefined : never;

declare const mistral: Mistral;
declare function give<T>(): T;
`;

const operations = describedOperations
  .filter(({ parameters, body }) => parameters.length > 0 || body)
  .map(({ id }) => ({ id, paramsType: `types.${pascalCase(id)}Params` }));

/** For each operation, one line of a program. */
const checks = {
  takes: (id: string, paramsType: string) => `mistral.${id}(give<${paramsType}>());`,
  names: (id: string, paramsType: string) =>
    `((_: ${paramsType}): void => {})(give<NonNullable<Parameters<typeof mistral.${id}>[0]>>());`,
  readonly: (id: string, paramsType: string) => `mistral.${id}(give<DeepReadonly<${paramsType}>>());`,
  undefined: (id: string, paramsType: string) => `mistral.${id}(give<WithUndefined<${paramsType}>>());`,
} as const;

const kinds = Object.keys(checks) as (keyof typeof checks)[];
const faults = compile([
  ...prelude.split('\n'),
  ...kinds.flatMap((kind) => operations.map(({ id, paramsType }) => checks[kind](id, paramsType))),
]);

test('there is a type for the parameters of each operation that has any', () => {
  expect(operations.length).toBeGreaterThan(70);
  expect(faults.filter(({ line }) => line.startsWith('import') || line.startsWith('type'))).toEqual([]);
});

test.each([
  ['each method takes what the type of its parameters says', 'takes'],
  ['the type of the parameters says all that its method takes', 'names'],
  ['each method takes parameters that are read-only to the last array', 'readonly'],
  ['each method takes `undefined` for what may be left out, under exactOptionalPropertyTypes', 'undefined'],
] as const)('%s', (_, kind) => {
  const lines = operations.map(({ id, paramsType }) => checks[kind](id, paramsType));

  expect(faults.filter(({ line }) => lines.includes(line))).toEqual([]);
});

/** What the compiler says, and of which line. */
function compile(lines: readonly string[]): { line: string; message: string }[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile('tsconfig.json', ts.sys.readFile).config,
    ts.sys,
    '.',
  );
  const name = resolve('test/contract/params-probe.ts');
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.readFile = (path) => (path === name ? lines.join('\n') : readFile(path));
  const program = ts.createProgram([name], { ...options, exactOptionalPropertyTypes: true }, host);
  const source = program.getSourceFile(name)!;
  return ts
    .getPreEmitDiagnostics(program, source)
    .filter(({ file }) => file === source)
    .map(({ start, messageText }) => ({
      line: lines[source.getLineAndCharacterOfPosition(start!).line]!,
      message: ts.flattenDiagnosticMessageText(messageText, '\n').slice(0, 500),
    }));
}

function pascalCase(id: string): string {
  return id.replaceAll(/(?:^|\.)(.)/g, (_, letter: string) => letter.toUpperCase());
}
