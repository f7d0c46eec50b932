/**
 * Says how upstream's description differs from the vendored one, and what follows for users and overlays.
 *
 * Run: npm run drift                  (with `-- --help` for the options)
 * Exits with 0 if there is no drift, 1 if there is, and 2 if it could not be told.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import type { Drift } from '../codegen/drift/drift.js';
import { findDrift } from '../codegen/drift/find-drift.js';
import { printMarkdown, printText } from '../codegen/drift/print.js';
import { fetchText } from '../codegen/files/fetch-text.js';
import { classes } from '../codegen/drift/rules.js';
import type { JsonObject } from '../codegen/description/json.js';
import { readOverlays } from '../codegen/overlay/overlay.js';
import { PipelineError } from '../codegen/run/pipeline-error.js';
import { readTexts, writtenFolders } from '../codegen/files/read-texts.js';
import { readText, readYaml } from '../codegen/files/read-yaml.js';
import { readUpstreamYaml } from '../codegen/files/read-upstream.js';

// Upstream's other file, `openapi.yaml`, has fewer operations, and older names.
const upstream =
  'https://raw.githubusercontent.com/mistralai/platform-docs-public/main/openapi-public-doc.yaml';

const usage = `Usage: npm run drift -- [options]

  --against FILE_OR_URL  what to compare spec/openapi.yaml with; upstream's newest if left out:
                         ${upstream}
  --json FILE            write the report as data
  --markdown FILE        write the report as Markdown
  --fail-on LEVEL        exit with 1 only for changes that are at least breaking, additive, or any
                         (default: any)
  --help                 print this

Exits with 0 if there is no drift, 1 if there is, and 2 if it could not be told.`;

const levels = ['any', 'additive', 'breaking'] as const;
type Level = (typeof levels)[number];

async function main(): Promise<void> {
  try {
    const options = readOptions();
    if (options === undefined) return console.log(usage);
    const drift = await compare(options.against);
    if (options.json !== undefined) write(options.json, `${JSON.stringify(drift, undefined, 2)}\n`);
    if (options.markdown !== undefined) write(options.markdown, printMarkdown(drift));
    process.stdout.write(printText(drift));
    process.exitCode = fails(drift, options.failOn) ? 1 : 0;
  } catch (error) {
    process.exitCode = 2;
    console.error(
      error instanceof PipelineError ? error.message : `Drift could not be told: ${String(error)}`,
    );
  }
}

interface Options {
  readonly against: string;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  readonly failOn: Level;
}

/** @returns nothing if only help is asked for. */
function readOptions(): Options | undefined {
  const { help, against, json, markdown, 'fail-on': failOn } = parse().values;
  if (help) return undefined;
  for (const [name, value] of Object.entries({ against, json, markdown })) {
    if (value === '') throw new PipelineError(`--${name} needs a value.\n\n${usage}`);
  }
  const level = levels.find((name) => name === failOn);
  if (level === undefined) {
    throw new PipelineError(`--fail-on is ${failOn}. Choose one of ${levels.join(', ')}.\n\n${usage}`);
  }
  return { against, json, markdown, failOn: level };
}

function parse() {
  try {
    return parseArgs({
      options: {
        against: { type: 'string', default: upstream },
        json: { type: 'string' },
        markdown: { type: 'string' },
        'fail-on': { type: 'string', default: 'any' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new PipelineError(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}

async function compare(against: string): Promise<Drift> {
  const vendored = 'spec/openapi.yaml';
  return findDrift({
    vendored: { name: vendored, document: readYaml(vendored) as JsonObject },
    upstream: { name: against, document: readUpstreamYaml(await fetchText(against), against) },
    overlays: readOverlays('overlays'),
    effective: readYaml('generated/openapi.yaml') as JsonObject,
    types: readText('generated/types.gen.ts') + readText('generated/params.gen.ts'),
    files: readTexts(writtenFolders),
  });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new PipelineError(
      `${file}: cannot be written (${(cause as NodeJS.ErrnoException).code}). Give a file in a folder that exists.`,
      { cause },
    );
  }
}

function fails({ verdict }: Drift, level: Level): boolean {
  if (verdict === 'none') return false;
  return level === 'any' || classes.indexOf(verdict) >= classes.indexOf(level);
}

await main();
