/**
 * Builds dist/: ESM and CommonJS bundles, type declarations, and the effective description.
 *
 * `eventsource-parser` is inlined, so the package has no runtime dependencies.
 *
 * Run: npm run build
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';

import { build, type BuildOptions } from 'esbuild';

import { entries } from './entries.js';

async function main(): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  await Promise.all([build(bundle('esm')), build(bundle('cjs'))]);
  execFileSync('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  copyFileSync('generated/openapi.yaml', 'dist/openapi.yaml');
  console.log(`built ${entries.length} entry points as ESM and CommonJS, with types`);
}

function bundle(format: 'esm' | 'cjs'): BuildOptions {
  return {
    entryPoints: entries.map((entry) => `src/${entry}.ts`),
    outdir: `dist/${format}`,
    outbase: 'src',
    outExtension: format === 'cjs' ? { '.js': '.cjs' } : {},
    format,
    bundle: true,
    // One copy of each class, whichever entry points a program imports. CommonJS has no such thing.
    splitting: format === 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*', '@opentelemetry/api', 'ws'],
    target: 'es2022',
    sourcemap: true,
    sourcesContent: true,
    logLevel: 'warning',
  };
}

await main();
