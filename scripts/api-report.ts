/**
 * Writes api-report/: every name that the package exports with its signature, from what is built.
 *
 * Nearly all is in one report, so that a type which several entries mention stands there once; a name that is
 * reached through a subpath is listed in the namespace of that subpath. What another generator wrote has a
 * report of its own.
 *
 * Run: npm run api-report
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

/** One module of package.json's `exports`. */
interface Entry {
  /** `.`, or `./testing/node`. */
  readonly subpath: string;
  readonly types: string;
}

/** Its names are not ours, and some are the same. */
const isApart = ({ subpath }: Entry): boolean => subpath === './schema';

// API Extractor takes declarations of the project's own folder alone.
const scratch = '.api-report';

/**
 * Writes the reports on the package in `tree`, one `.api.md` each, and leaves nothing else in the folder.
 *
 * @throws {Error} if the declarations cannot be read: build first.
 */
export function writeApiReports(tree: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(tree, scratch), { recursive: true });
  const workspace = mkdtempSync(join(tree, scratch, 'run-'));
  const extractAs = (name: string, types: string): void =>
    extract({
      tree: resolve(tree),
      types: resolve(types),
      name,
      folder: resolve(folder),
      workspace: resolve(workspace),
    });
  try {
    const entries = readEntries(tree);
    const combined = join(workspace, 'entries.d.ts');
    writeFileSync(
      combined,
      entries
        .filter((entry) => !isApart(entry))
        .map(exportOf(workspace))
        .join('\n'),
    );
    extractAs('mistral-sdk', combined);
    for (const { subpath, types } of entries.filter(isApart)) extractAs(basename(subpath), types);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function readEntries(tree: string): Entry[] {
  const { exports } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { readonly require: { readonly types: string } }>;
  };
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [{ subpath, types: join(tree, target.require.types) }],
  );
}

const exportOf =
  (folder: string) =>
  ({ subpath, types }: Entry): string => {
    const name = subpath === '.' ? '' : ` as ${subpath.slice(2).replaceAll(/\W/g, '_')}`;
    return `export *${name} from '${relative(folder, types)
      .replaceAll('\\', '/')
      .replace(/\.d\.ts$/, '.js')}';`;
  };

/** The paths are absolute. */
interface Report {
  readonly tree: string;
  readonly types: string;
  readonly name: string;
  readonly folder: string;
  readonly workspace: string;
}

function extract({ tree, types, name, folder, workspace }: Report): void {
  const problems: string[] = [];
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(tree, 'package.json'),
    configObject: {
      projectFolder: tree,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { extends: './tsconfig.json', include: [relative(tree, types)] } },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: folder,
        reportTempFolder: workspace,
        // What a signature mentions can break people, too, whether or not it has a public name.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // Advice on doc comments and release tags, which this project does not use.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) problems.push(message.text);
    },
  });
  withSpaces(join(folder, `${name}.api.md`));
  if (problems.length > 0) throw new Error(`${types} cannot be reported:\n  ${problems.join('\n  ')}`);
}

/** The declarations are indented by tabs, to which API Extractor adds spaces. */
function withSpaces(file: string): void {
  if (!existsSync(file)) return;
  const report = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    report.replace(/^ *(\t+)/gm, (_, tabs: string) => '    '.repeat(tabs.length)),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeApiReports('.', 'api-report');
