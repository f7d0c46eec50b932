import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';

import ts from 'typescript';
import { describe, expect, test } from 'vitest';

import { isObject, type JsonObject } from '../../codegen/description/json.js';
import { collectOperations } from '../../codegen/description/operations.js';
import { readYaml } from '../../codegen/files/read-yaml.js';
import { readOverlays } from '../../codegen/overlay/overlay.js';
import { visit } from '../../codegen/description/visit.js';
import { operationTable } from '../helpers/operation-table.js';

const description = readYaml('generated/openapi.yaml') as JsonObject;
const described = collectOperations(description);
const files = readdirSync('generated', { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.\w+$/.test(name),
);
const sources = files.filter((name) => name.endsWith('.ts'));

describe('generated/', () => {
  test('says in the first line of each file that it is generated', () => {
    const silent = files.filter((name) => !/generated/i.test(read(name).split('\n', 1)[0]!));

    expect(silent).toEqual([]);
  });

  test('imports nothing from outside itself', () => {
    const outside = sources.flatMap((name) =>
      ts
        .preProcessFile(read(name))
        .importedFiles.map(({ fileName }) => posix.join(posix.dirname(name), fileName))
        .filter((target) => target.startsWith('..') || !files.includes(target.replace(/\.js$/, '.ts')))
        .map((target) => `${name} imports ${target}`),
    );

    expect(outside).toEqual([]);
  });

  test('holds no `any`, but for the runtime that hey-api copies into it', () => {
    const own = sources.filter((name) => !/^(client|core)\//.test(name));

    expect(own.length).toBeGreaterThan(6);
    expect(own.flatMap(anysIn)).toEqual([]);
  });
});

describe('the operations', () => {
  const ids = described.map(({ id }) => id);

  test('are the ones that the overlays name', () => {
    const actions = readOverlays('overlays').flatMap((overlay) => overlay.actions);
    const named = actions.flatMap(({ target, change }) => {
      const id = change.kind === 'update' && isObject(change.value) ? change.value.operationId : undefined;
      return typeof id === 'string' ? [[target, id] as const] : [];
    });

    // The last name that a place is given is the one that it has.
    expect([...new Map(named).values()].toSorted()).toEqual(ids);
  });

  test('are in the table, the reference and the cross-check', () => {
    const headings = [...read('api.md').matchAll(/^### `mistral\.([\w.]+)\(/gm)].map(([, id]) => id);
    const compared = [
      ...read('cross-check.gen.ts').matchAll(/^ {2}'([\w.]+)': (?:Exclude<\s*)?Disagreement</gm),
    ].map(([, id]) => id);

    expect(operationTable.map(({ id }) => id).toSorted()).toEqual(ids);
    expect(headings.toSorted()).toEqual(ids);
    expect(compared.toSorted()).toEqual(ids);
  });
});

test('every schema has a type of its name', () => {
  const names = Object.keys((description.components as { schemas: JsonObject }).schemas);
  const exported = [...read('types.gen.ts').matchAll(/^export (?:type|interface) (\w+)/gm)].map(
    ([, name]) => name,
  );

  expect(names.filter((name) => !exported.includes(name))).toEqual([]);
});

test('every union with a discriminator narrows to the one member of each tag', () => {
  const probes = discriminatedUnions().flatMap(({ members, tag }) =>
    Object.entries(members).map(([value, member]) => {
      const union = Object.values(members)
        .map((name) => `wire.${name}`)
        .join(' | ');
      // A tag that requests need not send may be absent.
      return `same<Extract<${union}, { ${tag}?: '${value}' }>, wire.${member}>();`;
    }),
  );

  const faults = compile(
    [
      `import type * as wire from '${resolve('generated/types.gen.js')}';`,
      'declare function same<A, B>(...proof: [A, B] extends [B, A] ? ([A] extends [never] ? [never] : []) : [never]): void;',
      ...probes,
    ].join('\n'),
  );

  expect(probes.length).toBeGreaterThan(80);
  expect(faults).toEqual([]);
});

test('the vendored description is the one that its source names', () => {
  const sha256 = createHash('sha256').update(readFileSync('spec/openapi.yaml')).digest('hex');

  expect(readYaml('spec/source.json')).toMatchObject({ sha256 });
});

function read(name: string): string {
  return readFileSync(join('generated', name), 'utf8');
}

function anysIn(name: string): string[] {
  const source = ts.createSourceFile(name, read(name), ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const find = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      found.push(`${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    }
    ts.forEachChild(node, find);
  };
  find(source);
  return found;
}

interface Union {
  readonly tag: string;
  /** Names of the schemas by the value of the tag. */
  readonly members: Readonly<Record<string, string>>;
}

function discriminatedUnions(): Union[] {
  const unions: Union[] = [];
  visit(description, ({ discriminator }) => {
    if (!isObject(discriminator) || !isObject(discriminator.mapping)) return;
    const members = Object.entries(discriminator.mapping).map(([value, target]) => [
      value,
      String(target).split('/').at(-1)!,
    ]);
    unions.push({
      tag: String(discriminator.propertyName),
      members: Object.fromEntries(members) as Union['members'],
    });
  });
  return unions;
}

function compile(code: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  const file = join(folder, 'probe.ts');
  writeFileSync(file, code);
  try {
    const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: unknown };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
    const program = ts.createProgram([file], { ...options, types: [] });
    return ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ start, messageText }) =>
          `${code.slice(start).split('\n', 1)[0]}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
