import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { rollup, type Plugin } from 'rollup';
import { dts } from 'rollup-plugin-dts';

import { coreChunk } from './core-chunk.js';
import { externals } from './peers.js';

/** Of these every name is exported; they stay files of their own, for a bundle would list each name three times. */
const wholeModules = ['types', 'params', 'schema'].map((name) => `generated/${name}.gen`);

/** Stands for the folder of all until it is known from where they are imported. */
const placeholder = '@root';

/**
 * Bundles the compiler's declarations of the entry points: only what they export and what that mentions, in as few files
 * as their modules. The compiler of a program that imports them reads it all, whether it is needed or not.
 *
 * @param from - The folder that mirrors the project.
 */
export async function bundleDeclarations(
  from: string,
  to: string,
  entries: readonly string[],
): Promise<void> {
  const keepWhole: Plugin = {
    name: 'keep-whole-modules',
    resolveId: {
      order: 'pre',
      handler(source, importer) {
        const file = importer && relative(from, resolve(dirname(importer), source));
        // Others of hey-api's have the same names, in folders of their own.
        const isWhole = wholeModules.some((module) => file === `${module}.js`);
        return isWhole ? { id: `${placeholder}/${file}`, external: 'absolute' } : undefined;
      },
    },
  };
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((entry) => [entry, resolve(from, 'src', `${entry}.d.ts`)])),
    external: [...externals],
    plugins: [keepWhole, dts()],
    onLog(level, { message }) {
      // That is so in files as well. Which names somebody needs, test/helpers/consumers/library.ts tells.
      if (!message.includes('still references private shared type exports'))
        throw new Error(`${level}: ${message}`);
    },
  });
  const { output } = await bundle.generate({
    dir: to,
    entryFileNames: '[name].d.ts',
    chunkFileNames: ({ name }) => `${name.replace(/\.d$/, '')}.d.ts`,
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks: coreChunk(join(from, 'src/index.d.ts')),
  });
  for (const file of output) if (file.type === 'chunk') write(to, file.fileName, file.code);
  for (const module of wholeModules)
    write(to, `${module}.d.ts`, readFileSync(join(from, `${module}.d.ts`), 'utf8'));
}

function write(folder: string, file: string, text: string): void {
  // The compiler indents by four spaces, which are a seventh of the text.
  const withTabs = text.replace(/^(?: {4})+/gm, (indent) => '\t'.repeat(indent.length / 4));
  const toRoot = relative(dirname(file), '.') || '.';
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), spellForAll(withTabs.replaceAll(placeholder, toRoot)));
}

/** Typed arrays take no argument before TypeScript 5.7. */
const spellForAll = (text: string): string =>
  text
    .replace(/\b(\w+Array)<ArrayBuffer>/g, 'ReturnType<typeof $1.of>')
    .replace(/\b(\w+Array)<ArrayBufferLike>/g, '$1');
