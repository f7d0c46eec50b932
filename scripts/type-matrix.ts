/**
 * Compiles programs that have the packed package installed, under every compiler and every setting that people use.
 *
 * Run: npm run test:types
 */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createConsumer, subpaths } from './packed.js';
import { peers } from './peers.js';

/** The package in node_modules that has the compiler, by its version. */
export const compilers = {
  '5.4': 'typescript-5.4',
  '5.9': 'typescript',
  '6.0': 'typescript-6.0',
  '7.0': 'typescript-7.0',
} as const;

/** Of test/helpers/consumers/. */
const programs = ['program', 'library', 'read-only', 'augmented'];

/** With LangChain, whose own declarations do not pass every compiler and setting. */
const programWithPeer = 'langchain';

const takesPeer = ({ compiler, skipLibCheck }: Setting): boolean => skipLibCheck && compiler !== '5.4';

export interface Setting {
  readonly compiler: keyof typeof compilers;
  /** `node10` is what `node` means in a CommonJS project; it reads no `exports`. */
  readonly moduleResolution: 'node10' | 'node16' | 'nodenext' | 'bundler';
  /** Where the types of `fetch` and `Response` come from. */
  readonly globals: 'DOM' | 'Node' | 'DOM and Node';
  readonly skipLibCheck: boolean;
  readonly exactOptionalPropertyTypes: boolean;
}

/** TypeScript 7 has no `node10` any more. */
const moduleResolutionsOf = (compiler: Setting['compiler']): Setting['moduleResolution'][] => [
  ...(compiler === '7.0' ? [] : (['node10'] as const)),
  'node16',
  'nodenext',
  'bundler',
];

export const settings: readonly Setting[] = (Object.keys(compilers) as Setting['compiler'][]).flatMap(
  (compiler) =>
    moduleResolutionsOf(compiler).flatMap((moduleResolution) =>
      (['DOM', 'Node', 'DOM and Node'] as const).flatMap((globals) =>
        [true, false].flatMap((skipLibCheck) =>
          [true, false].map((exactOptionalPropertyTypes) => ({
            compiler,
            moduleResolution,
            globals,
            skipLibCheck,
            exactOptionalPropertyTypes,
          })),
        ),
      ),
    ),
);

/** What the compilers say of the packed package under each setting; nothing, if all is well. */
export async function compileConsumers(
  chosen: readonly Setting[],
  report?: (setting: Setting, words: string) => void,
): Promise<{ setting: Setting; words: string }[]> {
  const { folder } = createConsumer(['@types/node', 'undici-types', ...peers]);
  try {
    for (const ending of ['mts', 'cts', 'ts']) {
      for (const name of [...programs, programWithPeer])
        cpSync(`test/helpers/consumers/${name}.ts`, join(folder, `${name}.${ending}`));
      writeFileSync(
        join(folder, `everywhere.${ending}`),
        importAll((subpath) => !isOfNode(subpath) && !subpath.endsWith(`/${programWithPeer}`)),
      );
      writeFileSync(join(folder, `node.${ending}`), importAll(isOfNode));
    }
    const waiting = [...chosen];
    const results: { setting: Setting; words: string }[] = [];
    const work = async (): Promise<void> => {
      for (let setting = waiting.shift(); setting; setting = waiting.shift()) {
        const words = await compile(folder, setting);
        report?.(setting, words);
        results.push({ setting, words });
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    return results.filter(({ words }) => words !== '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isOfNode = (subpath: string): boolean => subpath.endsWith('/node');

const importAll = (isChosen: (subpath: string) => boolean): string =>
  subpaths
    .filter(isChosen)
    .map((subpath) => `export * as ${nameOf(subpath)} from 'mistral-sdk${subpath.slice(1)}';\n`)
    .join('');

const nameOf = (subpath: string): string => `all${subpath.replaceAll(/\W+/g, '_')}`;

async function compile(folder: string, setting: Setting): Promise<string> {
  const endings = { node10: ['ts'], bundler: ['ts'], node16: ['mts', 'cts'], nodenext: ['mts', 'cts'] };
  const modules = { node10: 'commonjs', bundler: 'esnext', node16: 'node16', nodenext: 'nodenext' };
  const hasNode = setting.globals !== 'DOM';
  const names = [
    ...programs,
    'everywhere',
    ...(hasNode ? ['node'] : []),
    ...(takesPeer(setting) ? [programWithPeer] : []),
  ];
  const project = join(folder, `${Object.values(setting).join('-').replaceAll(' ', '-')}.json`);
  writeFileSync(
    project,
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        lib: ['es2022', ...(setting.globals === 'Node' ? [] : ['dom', 'dom.iterable'])],
        types: hasNode ? ['node'] : [],
        module: modules[setting.moduleResolution],
        moduleResolution: setting.moduleResolution,
        // TypeScript 6 takes it with that alone.
        ...(setting.compiler === '6.0' && setting.moduleResolution === 'node10'
          ? { ignoreDeprecations: '6.0' }
          : {}),
        strict: true,
        skipLibCheck: setting.skipLibCheck,
        exactOptionalPropertyTypes: setting.exactOptionalPropertyTypes,
        declaration: true,
        noEmit: true,
      },
      files: names.flatMap((name) => endings[setting.moduleResolution].map((ending) => `${name}.${ending}`)),
    }),
  );
  const compiler = resolve('node_modules', compilers[setting.compiler]);
  const { bin } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8')) as {
    bin: { tsc: string };
  };
  try {
    await promisify(execFile)(process.execPath, [join(compiler, bin.tsc), '-p', project], { cwd: folder });
    return '';
  } catch (error) {
    const { stdout, message } = error as { stdout?: string; message: string };
    return stdout?.trim() || message;
  }
}

async function main(): Promise<void> {
  const failures = await compileConsumers(settings, (setting, words) => {
    const name = Object.entries(setting)
      .map(([option, value]) => (value === true ? option : value === false ? '' : value))
      .filter(Boolean)
      .join(', ');
    console.log(`${words === '' ? 'compiles' : 'FAILS   '}  ${name}${words && `\n${words}\n`}`);
  });
  console.log(`\n${settings.length - failures.length} of ${settings.length} compile`);
  if (failures.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
