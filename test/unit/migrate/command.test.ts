import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runCommand } from '../../../src/migrate/node.js';

let cwd: string;
let output: string[];
let errors: string[];

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mistral-sdk-migrate-')));
  [output, errors] = [[], []];
  write('package.json', '{}');
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}
const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');

/** Installs a compiler of this project, by its name here, as `typescript` there. */
function installCompiler(name = 'typescript'): void {
  mkdirSync(join(cwd, 'node_modules'), { recursive: true });
  symlinkSync(resolve('node_modules', name), join(cwd, 'node_modules/typescript'));
}

const run = (...args: string[]): number => runFrom(resolve('dist/types'), args);

/** With this package's declarations there. */
const runFrom = (declarations: string, args: readonly string[]): number =>
  runCommand(args, {
    cwd,
    declarations,
    print: (text) => void output.push(text),
    printError: (text) => void errors.push(text),
  });

const before =
  "import { Mistral } from '@mistralai/mistralai';\nexport const client = new Mistral({ serverURL: 'https://a.b' });\n";
const after =
  "import { Mistral } from 'mistral-sdk';\nexport const client = new Mistral({ baseURL: 'https://a.b' });\n";

describe('mistral-sdk migrate', () => {
  test('rewrites the programs of a folder, over files, and leaves what is installed or built', () => {
    installCompiler();
    write('src/client.ts', before);
    write(
      'src/ask.ts',
      "import { client } from './client.js';\nvoid client.files.retrieve({ fileId: 'a' });\n",
    );
    const skipped = [
      'dist/a.js',
      '.cache/b.js',
      'build/c.js',
      'node_modules/d/e.js',
      'src/f.d.ts',
      'README.md',
    ];
    for (const path of skipped) write(path, before);

    expect(run('migrate')).toBe(0);

    expect(read('src/client.ts')).toBe(after);
    expect(read('src/ask.ts')).toContain("retrieve({ file_id: 'a' })");
    for (const path of skipped) expect(read(path)).toBe(before);
    expect(output.join('\n')).toContain('src/client.ts: 2 lines changed');
    expect(output.join('\n')).toContain('2 files changed; nothing is left to decide');
  });

  test('rewrites the files that are named, and no other', () => {
    installCompiler();
    write('a.mjs', before);
    write('b.mjs', before);

    expect(run('migrate', 'a.mjs')).toBe(0);

    expect([read('a.mjs'), read('b.mjs')]).toEqual([after, before]);
  });

  test('says what it could not decide, with file, line, column and reason, and exits with 1', () => {
    installCompiler();
    write('a.ts', `${before}client.chat.completeTwice({});\n`);

    expect(run('migrate', '.')).toBe(1);

    expect(output).toContainEqual('a.ts:3:13 `completeTwice` does not exist in mistral-sdk');
    expect(read('a.ts')).toBe(`${after}client.chat.completeTwice({});\n`);
  });

  test('prints the lines that would change, and writes nothing, with --dry-run', () => {
    installCompiler();
    write('a.ts', before);

    expect(run('migrate', '--dry-run')).toBe(0);

    expect(read('a.ts')).toBe(before);
    expect(output.join('\n')).toContain(
      "a.ts: 2 lines would change\n@@ -1,2 +1,2 @@\n-import { Mistral } from '@mistralai/mistralai';\n",
    );
    expect(output.join('\n')).toContain("+import { Mistral } from 'mistral-sdk';\n");
  });

  test('has nothing to do the second time', () => {
    installCompiler();
    write('a.ts', before);
    run('migrate');
    output = [];

    expect(run('migrate')).toBe(0);

    expect(output).toEqual(['No file imports @mistralai/mistralai (of 1 in .). Nothing to do.']);
  });

  test('keeps a byte order mark and the ends of lines', () => {
    installCompiler();
    write('a.ts', `\uFEFF${before.replaceAll('\n', '\r\n')}`);

    expect(run('migrate')).toBe(0);

    expect(read('a.ts')).toBe(`\uFEFF${after.replaceAll('\n', '\r\n')}`);
  });

  test('follows the paths of the project in tsconfig.json', () => {
    installCompiler();
    write(
      'tsconfig.json',
      '{ "compilerOptions": { "paths": { "#client": ["./src/client.ts"] }, "baseUrl": "." } }',
    );
    write('src/client.ts', before);
    write('ask.ts', "import { client } from '#client';\nvoid client.files.retrieve({ fileId: 'a' });\n");

    expect(run('migrate')).toBe(0);

    expect(read('ask.ts')).toContain('file_id');
  });

  test.each(['typescript-5.4', 'typescript-6.0'])('works with %s', (name) => {
    installCompiler(name);
    write(
      'a.ts',
      `${before}for await (const event of await client.chat.stream({ model: 'm', maxTokens: 1, messages: [] })) console.log(event.data.choices);\n`,
    );

    expect(run('migrate')).toBe(0);

    expect(read('a.ts')).toBe(
      `${after}for await (const event of await client.chat.stream({ model: 'm', max_tokens: 1, messages: [] })) console.log(event.choices);\n`,
    );
  });

  test('says what to do if there is no compiler with an API, and changes nothing', () => {
    write('a.ts', before);

    expect(runFrom(cwd, ['migrate'])).toBe(2);
    installCompiler('typescript-7.0');
    expect(runFrom(cwd, ['migrate'])).toBe(2);

    expect(errors).toEqual([
      expect.stringMatching(
        /^mistral-sdk: TypeScript was not found; run `npm install --save-dev typescript@6`/,
      ),
      expect.stringMatching(/^mistral-sdk: TypeScript 7\S* has no compiler API.*npx -p typescript@6/),
    ]);
    expect(read('a.ts')).toBe(before);
  });

  test('takes the compiler next to this package where that of the project has no API', () => {
    installCompiler('typescript-7.0');
    write('a.ts', before);

    expect(run('migrate')).toBe(0);

    expect(read('a.ts')).toBe(after);
  });

  test.each([
    [[], 'expected a command'],
    [['moveIn'], 'unknown command `moveIn`'],
    [['migrate', '--dry'], "Unknown option '--dry'"],
    [['migrate', 'nowhere'], 'nowhere does not exist'],
    [['migrate', 'package.json'], 'package.json is not a program'],
  ])('refuses %j', (args, problem) => {
    expect(run(...args)).toBe(2);
    expect(errors).toEqual([expect.stringContaining(problem)]);
    expect(output).toEqual([]);
  });

  test('prints its help', () => {
    expect(run('--help')).toBe(0);
    expect(output.join('')).toContain('npx mistral-sdk migrate [PATHS...] [--dry-run]');
  });
});
