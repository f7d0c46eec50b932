import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import type { Compiler } from './compiler.js';
import { createProgram } from './create-program.js';
import { lineDiff } from './line-diff.js';
import { migrateProgram, type MigratedFile } from './migrate-program.js';
import { officialPackage, officialTypes } from './official-types.js';

const help = `Usage: npx mistral-sdk migrate [PATHS...] [--dry-run]

Rewrites programs of ${officialPackage} 1 and 2 for mistral-sdk: imports, names of parameters and of
fields that are read, files, retries, HTTPClient, parse, enum objects. What it cannot decide is listed
with its line and the reason, and stays as it is.

  PATHS       files and folders; without any, the current folder
              (node_modules, dist, build and folders whose name begins with a dot are skipped)
  --dry-run   print the changed lines, and write nothing
  --help      print this

It uses the project's own TypeScript, 5.0 to 6.x, also for JavaScript. Commit before you run it.

Exit status: 0 if all was decided, 1 if something is left to do by hand, 2 if it could not run.
`;

/** What the command reads and writes besides files. */
export interface CommandContext {
  readonly cwd: string;
  /** The declarations of this package. */
  readonly declarations: string;
  print(text: string): void;
  printError(text: string): void;
}

/** Runs the command. Returns the exit status; nothing is thrown for what the caller did. */
export function runCommand(args: readonly string[], context: CommandContext): number {
  const fail = (problem: string): number => {
    context.printError(`mistral-sdk: ${problem}`);
    return 2;
  };
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    return fail(`${(error as Error).message.replace(/\. .*/s, '')}; \`--help\` lists the options`);
  }
  const [command, ...paths] = parsed.positionals;
  if (parsed.values.help) {
    context.print(help);
    return 0;
  }
  if (command === undefined) return fail('expected a command: `mistral-sdk migrate`; `--help` says more');
  if (command !== 'migrate') return fail(`unknown command \`${command}\`; the only one is \`migrate\``);
  try {
    return migrate(paths.length > 0 ? paths : ['.'], parsed.values['dry-run'] ?? false, context);
  } catch (error) {
    if (error instanceof CommandError) return fail(error.message);
    throw error;
  }
}

/** What the caller has to put right. */
class CommandError extends Error {}

function migrate(paths: readonly string[], isDryRun: boolean, context: CommandContext): number {
  const { cwd, print } = context;
  const files = paths.flatMap((path) => filesIn(resolve(cwd, path), path));
  const mentioning = files.filter((file) => readFileSync(file, 'utf8').includes(officialPackage));
  if (mentioning.length === 0) {
    print(`No file imports ${officialPackage} (of ${files.length} in ${paths.join(', ')}). Nothing to do.`);
    return 0;
  }
  const compiler = findCompiler(context);
  const folder = slashed(join(cwd, 'node_modules/.mistral-sdk-migrate'));
  const official = officialTypes(
    compiler,
    (file) => readFileSync(join(context.declarations, file), 'utf8'),
    folder,
  );
  const program = createProgram(compiler, files.map(slashed), official, readConfig(compiler, cwd));
  const migrated = migrateProgram(compiler, program, official, files.map(slashed)).filter(
    ({ before, after, leftovers }) => before !== after || leftovers.length > 0,
  );
  for (const each of migrated) finish(each, isDryRun, context);
  return summarize(migrated, isDryRun, context);
}

const slashed = (path: string): string => path.replaceAll('\\', '/');

function finish(migrated: MigratedFile, isDryRun: boolean, { cwd, print }: CommandContext): void {
  const { file, before, after, changes } = migrated;
  const name = relative(cwd, file);
  if (before === after) return;
  print(`${name}: ${changes} ${changes === 1 ? 'line' : 'lines'}${isDryRun ? ' would change' : ' changed'}`);
  if (isDryRun) return print(lineDiff(before, after));
  const raw = readFileSync(file, 'utf8');
  const mark = raw.startsWith('\uFEFF') ? '\uFEFF' : '';
  if (raw !== mark + before)
    throw new CommandError(`${name} is not UTF-8, or has changed meanwhile; it stays as it is`);
  writeFileSync(file, mark + after);
}

function summarize(
  migrated: readonly MigratedFile[],
  isDryRun: boolean,
  { cwd, print }: CommandContext,
): number {
  const left = migrated.flatMap(({ file, leftovers }) =>
    leftovers.map(({ line, column, reason }) => `${relative(cwd, file)}:${line}:${column} ${reason}`),
  );
  const changed = migrated.filter(({ before, after }) => before !== after).length;
  print(
    `${changed} ${changed === 1 ? 'file' : 'files'} ${isDryRun ? 'would be ' : ''}changed; ${left.length === 0 ? 'nothing is left to decide' : `${left.length} left to decide:`}`,
  );
  for (const line of left) print(line);
  if (!isDryRun && changed > 0)
    print(
      `Next: npm install mistral-sdk, npm uninstall ${officialPackage}, and compile. Retries are on by default now (maxRetries: 2).`,
    );
  return left.length > 0 ? 1 : 0;
}

const endings: ReadonlySet<string> = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']);
const isSkipped = (name: string): boolean =>
  name === 'node_modules' || name === 'dist' || name === 'build' || name.startsWith('.');

function filesIn(path: string, given: string): string[] {
  if (!existsSync(path)) throw new CommandError(`${given} does not exist`);
  if (statSync(path).isFile()) {
    if (!endings.has(extname(path)) || path.endsWith('.d.ts'))
      throw new CommandError(`${given} is not a program in TypeScript or JavaScript`);
    return [path];
  }
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return isSkipped(entry.name) ? [] : filesIn(inside, inside);
    return entry.isFile() && endings.has(extname(entry.name)) && !/\.d\.[cm]?ts$/.test(entry.name)
      ? [inside]
      : [];
  });
}

/** The project's own, or that next to this package, which `npx -p typescript@6` brings along. */
function findCompiler({ cwd, declarations }: CommandContext): Compiler {
  let problem =
    'TypeScript was not found; run `npm install --save-dev typescript@6` in the project, also if it is in JavaScript';
  for (const from of [join(cwd, 'package.json'), join(declarations, 'index.d.ts')]) {
    let found: Partial<Compiler>;
    try {
      found = createRequire(from)('typescript') as Partial<Compiler>;
    } catch {
      continue;
    }
    const version = found.version ?? '7';
    // It has what every version from 5 on has.
    if (typeof found.createProgram === 'function' && Number.parseInt(version, 10) >= 5)
      return found as Compiler;
    problem =
      typeof found.createProgram === 'function'
        ? `TypeScript ${version} is too old for this command; it needs 5.0 to 6.x`
        : `TypeScript ${version} has no compiler API, which this command needs; run \`npx -p typescript@6 -p mistral-sdk mistral-sdk migrate\` before mistral-sdk is installed, or \`npm install --save-dev typescript@6\` for the time being`;
  }
  throw new CommandError(problem);
}

function readConfig(compiler: Compiler, cwd: string): ReturnType<Compiler['getDefaultCompilerOptions']> {
  const file = compiler.findConfigFile(cwd, compiler.sys.fileExists);
  if (!file) return {};
  const { config } = compiler.readConfigFile(file, compiler.sys.readFile) as { config?: unknown };
  return compiler.parseJsonConfigFileContent(config ?? {}, compiler.sys, dirname(file)).options;
}

/** Runs the command of this process, if it is what the process was started with. */
export function main(): void {
  process.exitCode = runCommand(process.argv.slice(2), {
    cwd: realpathSync(process.cwd()),
    declarations: join(import.meta.dirname, '../types'),
    print: (text) => console.log(text),
    printError: (text) => console.error(text),
  });
}
