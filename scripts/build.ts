/**
 * Builds dist/: ESM and CommonJS bundles, type declarations, and the effective description.
 *
 * Run: npm run build
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build, type BuildOptions } from 'esbuild';

import { entries } from './entries.js';

async function main(): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  await build(modules);
  await build(commonJs());
  renameRequired('dist/cjs');
  execFileSync('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  copyFileSync('generated/openapi.yaml', 'dist/openapi.yaml');
  console.log(`built ${entries.length} entry points as ESM and CommonJS, with types`);
}

const shared = {
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  sourcesContent: true,
  logLevel: 'warning',
} satisfies BuildOptions;

const modules: BuildOptions = {
  ...shared,
  entryPoints: entries.map((entry) => `src/${entry}.ts`),
  outdir: 'dist/esm',
  outbase: 'src',
  format: 'esm',
  bundle: true,
  // One copy of each class, whichever entry points a program imports.
  splitting: true,
  mainFields: ['module', 'main'],
  external: ['node:*', '@opentelemetry/api', 'ws'],
};

/** The same files in the other module system, so that they share one copy of each class too. */
const commonJs = (): BuildOptions => ({
  ...shared,
  entryPoints: filesIn('dist/esm', '.js'),
  outdir: 'dist/cjs',
  outbase: 'dist/esm',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
});

/** Only the ending differs: in a package of modules, CommonJS has one of its own. */
function renameRequired(folder: string): void {
  for (const file of filesIn(folder, '.cjs')) {
    const code = readFileSync(file, 'utf8');
    writeFileSync(file, code.replace(/require\("(\.[^"]*)\.js"\)/g, 'require("$1.cjs")'));
  }
}

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

await main();
