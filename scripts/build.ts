/**
 * Builds dist/: ESM and CommonJS bundles with source maps that lead to src/, type declarations for both, the command, and
 * the effective description. And a folder for each subpath, for tools that do not read `exports`, and llms.txt.
 *
 * Run: npm run build
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { rolldown, type OutputChunk } from 'rolldown';
import { minifySync } from 'rolldown/utils';
import { Document, parse, visit } from 'yaml';

import { bundleDeclarations } from './bundle-declarations.js';
import { coreChunk } from './core-chunk.js';
import { entries } from './entries.js';
import { llmsText } from './llms-text.js';
import { externals, peers } from './peers.js';
import { subpathManifests } from './subpath-manifests.js';
import { thinSourceMap } from './thin-source-map.js';

async function main(): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  const count = await bundleSources();
  await bundleCommand();
  await declareForBoth();
  writeFileSync('dist/openapi.yaml', tighten(readFileSync('generated/openapi.yaml', 'utf8')));
  writeSubpathManifests();
  writeFileSync('llms.txt', llmsText());
  console.log(`built ${entries.length} entry points as ESM and CommonJS, in ${count} files, with types`);
}

/** A debugger shows src/, by the map. Lines stay: Node prints the one that throws. */
const readable = {
  sourcemap: true,
  // The sources ship.
  sourcemapExcludeSources: true,
  comments: { legal: true, annotation: true, jsdoc: false },
  minify: {
    compress: false,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: false },
  },
} as const;

/** Both module systems have the same chunks, so that whichever entry points a program imports share one copy of each class. */
async function bundleSources(): Promise<number> {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    platform: 'neutral',
    resolve: { mainFields: ['module', 'main'] },
    external: [...externals],
    transform: { target: 'es2022' },
    experimental: { attachDebugInfo: 'none' },
    // Nothing here acts by being imported, so no entry has to import a chunk for that alone.
    treeshake: { moduleSideEffects: false },
    onLog(level, { message }) {
      throw new Error(`${level}: ${message}`);
    },
  });
  let count = 0;
  const maps = new Map<string, string>();
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
      ...readable,
      minifyInternalExports: false,
      codeSplitting: {
        groups: [
          { debugName: 'core', name: coreChunk('src/index.ts') },
          { name: 'mock-data', test: /\/generated\/mock\.gen\.ts$/ },
        ],
      },
    });
    for (const chunk of output) if (chunk.type === 'chunk') write(join('dist', format), chunk, maps);
    count += output.length;
  }
  return count;
}

/** What `npx mistral-sdk` runs, apart from the entry points: nothing that is imported leads to it. Its sources do not ship. */
async function bundleCommand(): Promise<void> {
  const bundle = await rolldown({
    input: 'src/migrate/node.ts',
    platform: 'node',
    external: [/^node:/],
    transform: { target: 'es2022' },
    experimental: { attachDebugInfo: 'none' },
  });
  await bundle.write({
    format: 'esm',
    entryFileNames: 'migrate.js',
    dir: 'dist/bin',
    ...readable,
    sourcemap: false,
  });
  writeFileSync(
    'dist/bin/mistral-sdk.js',
    "#!/usr/bin/env node\nimport { main } from './migrate.js';\nmain();\n",
  );
  chmodSync('dist/bin/mistral-sdk.js', 0o755);
}

function write(folder: string, { code, fileName, map }: OutputChunk, maps: Map<string, string>): void {
  const file = join(folder, fileName);
  mkdirSync(dirname(file), { recursive: true });
  const thin = map && thinSourceMap(map, (source) => isShipped(resolve(dirname(file), source)));
  const withoutLink = code.replace(/\n\/\/# sourceMappingURL=.*$/, '');
  // Without a map it is data, which nobody reads there.
  if (!thin)
    return writeFileSync(file, minifySync(fileName, withoutLink, { compress: false, mangle: false }).code);
  const text = JSON.stringify(thin);
  // Places in a map are relative to it; so where the lines of both module systems are the same, one map serves both.
  const mapFile = maps.get(text) ?? `${file}.map`;
  maps.set(text, mapFile);
  writeFileSync(file, `${withoutLink}\n//# sourceMappingURL=${relative(dirname(file), mapFile)}\n`);
  writeFileSync(mapFile, text);
}

/** What is generated is tables; a map into them would help nobody. */
const isShipped = (source: string): boolean => !relative('src', source).startsWith('..');

/**
 * The declarations are those of CommonJS, whose names a module can import; so a module's are one line each, and no
 * class is declared twice. Those that extend classes of a peer are: a peer may declare its own twice, and a program
 * has to get the ones that extend the classes that it imports itself.
 */
async function declareForBoth(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'mistral-sdk-declarations-'));
  try {
    const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', scratch];
    execFileSync('node', tsc, { stdio: 'inherit' });
    await bundleDeclarations(scratch, 'dist/types', entries);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  writeFileSync('dist/types/package.json', '{ "type": "commonjs" }\n');
  for (const entry of entries) {
    const name = entry.replace(/^.*\//, '');
    const declared = readFileSync(`dist/types/${entry}.d.ts`, 'utf8');
    const isOfPeer = peers.some((peer) => declared.includes(`from '${peer}/`));
    writeFileSync(`dist/types/${entry}.d.mts`, isOfPeer ? declared : `export * from './${name}.js';\n`);
  }
}

/** Where such a tool looks for them, next to package.json; git ignores them, and the tarball has them. */
function writeSubpathManifests(): void {
  for (const [path, fields] of Object.entries(subpathManifests)) {
    // The root entry's are in the package's own.
    if (dirname(path) === '.') continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(fields)}\n`);
  }
}

/** What fits is written on one line: the same document, of which a third would be indentation. */
function tighten(yaml: string): string {
  const document = new Document(parse(yaml), { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node) {
      node.flow = JSON.stringify(node.toJS(document)).length <= longestLine;
    },
  });
  return document.toString({ lineWidth: 0, indent: 1, indentSeq: false, flowCollectionPadding: false });
}

const longestLine = 120;

await main();
