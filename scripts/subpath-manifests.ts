import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path/posix';

/** Where a tool finds a module that reads no `exports`, as Jest 27, webpack 4 and `moduleResolution: node` do not. */
export interface EntryFields {
  readonly main: string;
  readonly module: string;
  /** For Metro, to which a file that ends in `.cjs` does not exist. */
  readonly 'react-native': string;
  readonly types: string;
}

interface ExportTarget {
  readonly import: { readonly default: string };
  readonly require: { readonly types: string; readonly default: string };
}

/**
 * What `exports` of package.json says, for tools that do not read it, by the path of the file that they read instead:
 * package.json itself for the root entry, and `tools/package.json` for `mistral-sdk/tools`.
 */
export const subpathManifests: Readonly<Record<string, EntryFields>> = readExports();

function readExports(): Record<string, EntryFields> {
  const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: Record<string, ExportTarget | string>;
  };
  return Object.fromEntries(
    Object.entries(exports).flatMap(([subpath, target]) =>
      typeof target === 'object' ? [[join(subpath, 'package.json'), fieldsOf(subpath, target)]] : [],
    ),
  );
}

function fieldsOf(subpath: string, target: ExportTarget): EntryFields {
  const fromThere = (file: string): string => {
    const path = relative(subpath, file);
    return path.startsWith('.') ? path : `./${path}`;
  };
  return {
    main: fromThere(target.require.default),
    module: fromThere(target.import.default),
    'react-native': fromThere(target.import.default),
    types: fromThere(target.require.types),
  };
}
