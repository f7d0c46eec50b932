/**
 * Brings in a version of upstream's description: spec/, overlays/ and generated/ follow it, or stay as they are. A changeset
 * says so.
 *
 * Run: npm run update-spec -- FILE_OR_URL [--version NAME] [--file NAME] [--drop ROUTE|all]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { createTwoFilesPatch } from 'diff';

import { findDrift } from '../codegen/drift/find-drift.js';
import { printMarkdown, verdictOf } from '../codegen/drift/print.js';
import type { JsonObject } from '../codegen/description/json.js';
import { bullets } from '../codegen/run/bullets.js';
import { readOverlays } from '../codegen/overlay/overlay.js';
import { PipelineError } from '../codegen/run/pipeline-error.js';
import { readTexts, writtenFolders } from '../codegen/files/read-texts.js';
import { readText, readYaml } from '../codegen/files/read-yaml.js';
import { fetchText } from '../codegen/files/fetch-text.js';
import { runCommand } from '../codegen/run/run-command.js';
import { printStage } from '../codegen/run/stage.js';
import { updateSpec, type Update } from '../codegen/flow/update-spec.js';
import type { NewVersion } from '../codegen/flow/vendor.js';

const project = { spec: 'spec', overlays: 'overlays', generated: 'generated' };
const specFile = 'spec/openapi.yaml';
/** One for all updates until the next release, which is of the last of them. */
const changesetFile = '.changeset/follow-upstream.md';
/** Git ignores it. */
const reportFile = 'update-report.md';
/** Of each list, so that all of it fits on two screens. */
const mostLines = 5;

async function main(): Promise<void> {
  const version = readArguments();
  const { name } = version;
  const text = await fetchText(name);
  const vendored = readYaml(specFile) as JsonObject;
  const vendoredText = readText(specFile);
  const before = {
    overlays: readOverlays('overlays'),
    effective: readYaml('generated/openapi.yaml') as JsonObject,
    types: readText('generated/types.gen.ts') + readText('generated/params.gen.ts'),
    files: readTexts(writtenFolders),
  };
  const reference = readText('generated/api.md');
  const update = await updateSpec(project, { ...version, text }, printStage);
  const drift = findDrift({
    vendored: { name: specFile, document: vendored },
    upstream: { name, document: update.upstream },
    ...before,
  });

  if (readText(specFile) !== vendoredText) {
    mkdirSync('.changeset', { recursive: true });
    writeFileSync(changesetFile, changesetOf(versionOfSource()));
  }

  const lists = listsOf(update);
  const diff = createTwoFilesPatch('api.md, before', 'api.md', reference, readText('generated/api.md'));
  writeFileSync(
    reportFile,
    [
      `# Update to ${version.version ?? name}`,
      ...lists.map(([title, lines]) => `## ${title} (${lines.length})\n\n${bullets(lines, lines.length)}`),
      printMarkdown(drift),
      `# The reference\n\n\`\`\`diff\n${diff}\n\`\`\``,
    ].join('\n\n'),
  );
  console.log(`\n${verdictOf(drift)}`);
  for (const [title, lines] of lists) {
    const short = lines.map((line) => (line.length > 160 ? `${line.slice(0, 160)}…` : line));
    console.log(`\n${title} (${lines.length}):\n${bullets(short, mostLines)}`);
  }
  console.log(
    `\nAll of it is in ${reportFile}: what differs, what leans on what is gone, each action, and the diff of api.md.\n` +
      'Review it and the diff of overlays/ and generated/api.md, then run `npm run refresh` and `npm test`.',
  );
}

const versionOfSource = (): string =>
  (JSON.parse(readText('spec/source.json')) as { readonly version: string }).version;

const changesetOf = (version: string): string =>
  `---\n'mistral-sdk': minor\n---\n\nFollows the API's description of ${version}.\n`;

function listsOf(update: Update): [title: string, lines: readonly string[]][] {
  const lists: [string, readonly string[]][] = [
    ['Left out, since upstream does not define it soundly', update.leftOut],
    ['Kept, though upstream dropped it; operations are deprecated', update.kept],
    ['Deleted from the overlays, each for the reason that it ends with', update.deleted],
    ['Counted again: these change another number of places than before', update.recounted],
    ['Problems that no overlay can repair, now in spec/unavoidable-problems.yaml', update.unavoidable],
    ['Proposed, for review: look at each, and take the word out of its description', update.proposed],
  ];
  return lists.filter(([, lines]) => lines.length > 0);
}

function readArguments(): Omit<NewVersion, 'text'> {
  const usage =
    'Run: npm run update-spec -- FILE_OR_URL [--version NAME] [--file NAME_OF_UPSTREAMS_FILE] [--drop ROUTE|all]';
  try {
    const { values, positionals } = parseArgs({
      options: {
        version: { type: 'string' },
        file: { type: 'string' },
        drop: { type: 'string', multiple: true },
      },
      allowPositionals: true,
    });
    const [name, ...others] = positionals;
    if (name === undefined || others.length > 0) throw new Error('Give one file or URL.');
    const { version, file, drop } = values;
    return { name, version, file, drop, date: dateOf(version) };
  } catch (cause) {
    throw new PipelineError(`${(cause as Error).message}\n  ${usage}`, { cause });
  }
}

/** Versions are called by their dates; one that is not is of today. */
const dateOf = (version = ''): string =>
  /^\d{4}-\d{2}-\d{2}/.exec(version)?.[0] ?? new Date().toISOString().slice(0, 10);

await runCommand(main, 'Everything is as it was.');
