/**
 * Builds dist/: ESM and CommonJS bundles with source maps that lead to src/, type declarations for both, and the
 * effective description.
 *
 * Run: npm run build
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { rolldown, type ChunkingContext, type OutputChunk } from 'rolldown';
import { Document, parse } from 'yaml';

import { entries } from './entries.js';
import { thinSourceMap } from './thin-source-map.js';
import { trimDeclarations } from './trim-declarations.js';

const root = resolve('src/index.ts');

async function main(): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  const count = await bundleSources();
  execFileSync('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  declareForBoth();
  writeFileSync('dist/openapi.yaml', tighten(readFileSync('generated/openapi.yaml', 'utf8')));
  console.log(`built ${entries.length} entry points as ESM and CommonJS, in ${count} files, with types`);
}

/** Both module systems have the same chunks, so that whichever entry points a program imports share one copy of each class. */
async function bundleSources(): Promise<number> {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    platform: 'neutral',
    resolve: { mainFields: ['module', 'main'] },
    external: [/^node:/, '@opentelemetry/api', 'ws'],
    transform: { target: 'es2022' },
    experimental: { attachDebugInfo: 'none' },
    // Nothing here acts by being imported, so no entry has to import a chunk for that alone.
    treeshake: { moduleSideEffects: false },
    onLog(level, { message }) {
      throw new Error(`${level}: ${message}`);
    },
  });
  let count = 0;
  for (const [format, ending] of [
    ['esm', 'js'],
    ['cjs', 'cjs'],
  ] as const) {
    const { output } = await bundle.generate({
      format,
      dir: `dist/${format}`,
      exports: 'named',
      entryFileNames: `[name].${ending}`,
      chunkFileNames: `[name].${ending}`,
      sourcemap: true,
      // The sources ship.
      sourcemapExcludeSources: true,
      comments: { legal: true, annotation: true, jsdoc: false },
      minifyInternalExports: false,
      // Every file that is opened costs at start; so what the client needs is one, whoever else needs it too.
      codeSplitting: {
        groups: [
          {
            debugName: 'core',
            name: (id, context) => (id !== root && isReachedFrom(root, id, context) ? 'core' : null),
          },
        ],
      },
    });
    for (const chunk of output) if (chunk.type === 'chunk') write(join('dist', format), chunk);
    count += output.length;
  }
  return count;
}

function isReachedFrom(
  from: string,
  id: string,
  context: ChunkingContext,
  seen = new Set<string>(),
): boolean {
  if (id === from) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return (context.getModuleInfo(id)?.importers ?? []).some((importer) =>
    isReachedFrom(from, importer, context, seen),
  );
}

function write(folder: string, { code, fileName, map }: OutputChunk): void {
  const file = join(folder, fileName);
  mkdirSync(dirname(file), { recursive: true });
  const thin = map && thinSourceMap(map, (source) => isShipped(resolve(dirname(file), source)));
  const withoutLink = code.replace(/\n\/\/# sourceMappingURL=.*$/, '');
  if (!thin) return writeFileSync(file, `${withoutLink}\n`);
  writeFileSync(file, `${withoutLink}\n//# sourceMappingURL=${fileName.replace(/^.*\//, '')}.map\n`);
  writeFileSync(`${file}.map`, JSON.stringify(thin));
}

/** What is generated is tables; a map into them would help nobody. */
const isShipped = (source: string): boolean => !relative('src', source).startsWith('..');

/**
 * The declarations are those of CommonJS, whose names a module can import; so a module's are one line each, and no
 * class is declared twice.
 */
function declareForBoth(): void {
  const declarations = entries.map((entry) => `dist/types/src/${entry}.d.ts`);
  trimDeclarations('dist/types', declarations);
  writeFileSync('dist/types/package.json', '{ "type": "commonjs" }\n');
  for (const entry of entries) {
    const name = entry.replace(/^.*\//, '');
    writeFileSync(`dist/types/src/${entry}.d.mts`, `export * from './${name}.js';\n`);
  }
}

/** The same document, of which a third would be indentation. */
const tighten = (yaml: string): string =>
  new Document(parse(yaml), { aliasDuplicateObjects: false }).toString({
    lineWidth: 0,
    indent: 1,
    indentSeq: false,
  });

await main();
