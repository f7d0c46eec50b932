import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { checkOpenness } from '../lint/check-openness.js';
import { checkUnions } from '../lint/check-unions.js';
import { startFormatting } from '../files/format.js';
import { isObject, nameOfType, type JsonObject } from '../description/json.js';
import { compareWithKnown, lineOf, lint, unknownErrors } from '../lint/lint.js';
import { bullets } from '../run/bullets.js';
import { repairNames, repairSpelling } from '../repair/repair-document.js';
import { collectOperations, describeOperations } from '../description/operations.js';
import { applyOverlay } from '../overlay/apply.js';
import { readOverlays, type Overlay } from '../overlay/overlay.js';
import { supersededActions, withoutActions, type Unsettled } from '../overlay/settle.js';
import { PipelineError, refuse } from '../run/pipeline-error.js';
import { readText, readYaml } from '../files/read-yaml.js';
import { replaceFolder } from '../files/replace-folder.js';
import { stages, type Stage } from '../run/stage.js';
import { writeDocument } from '../files/write-document.js';

/** Folders of one project: what the pipeline reads, and what it writes. */
export interface Project {
  readonly spec: string;
  readonly overlays: string;
  readonly generated: string;
}

/**
 * The whole pipeline: from the vendored description to `generated/`.
 *
 * Stops at the first stage that fails. `generated/` is replaced as a whole at the very end, so after a
 * failure it is what it was before.
 *
 * @param report - Called after each stage.
 * @throws {PipelineError} for a fault in the description or an overlay.
 */
export async function runPipeline(project: Project, report: (stage: Stage) => void): Promise<void> {
  await replaceFolder(project.generated, (next) => runStages(project, next, report));
}

async function runStages(
  { spec, overlays: overlaysFolder }: Project,
  next: string,
  report: (stage: Stage) => void,
): Promise<void> {
  const stage = stages(report);
  const specFile = join(spec, 'openapi.yaml');
  // Nothing waits for a verdict that it does not need; failures come out in the order of the stages all the same. The
  // linter and prettier run in a thread of their own.
  const linting = begin(() => lintUpstream(specFile, join(spec, 'known-problems.yaml')));
  const reading = begin(async () => readDescription(specFile, join(spec, 'source.json')));
  const overlaying = begin(async () => {
    const { document } = await reading;
    const written = readOverlays(overlaysFolder);
    const superseded = supersededActions(document, written);
    const overlays = withoutActions(written, superseded);
    const applied = applyAll(
      document,
      overlays.filter(({ generatorsOnly }) => !generatorsOnly),
    );
    return { applied, superseded, forGenerators: overlays.filter(({ generatorsOnly }) => generatorsOnly) };
  });
  const collecting = begin(async () => {
    const { forGenerators } = await overlaying;
    const { document } = await reading;
    repairNames(document);
    // Before the linter, since this knows which overlay gives the names; to the linter they are upstream's.
    return { document, forGenerators, operations: collectOperations(document) };
  });
  const lintingAgain = begin(async () => lintEffective((await collecting).document, next));
  const formatting = startFormatting(next);
  const generating = begin(async () => {
    const { document, forGenerators, operations } = await collecting;
    // Compilers take their time to load, which the linter need not wait for.
    const { generate } = await import('../generate/generate.js');
    await generate(document, operations, forGenerators, next, refuse, formatting.takeNew);
    return operations;
  });
  const checking = begin(async () => {
    await generating;
    const { crossCheck } = await import('../generate/cross-check.js');
    return crossCheck(next);
  });

  try {
    await stage('read', () => reading, inWords);
    await stage(
      'lint',
      () => linting,
      (known) => `${known} known problems, no new ones`,
    );
    await stage(
      'overlay',
      () => overlaying,
      ({ applied, superseded }) => [`${applied} actions applied`, ...superseded.map(skipped)].join('\n'),
    );
    await collecting;
    await stage(
      'lint again',
      () => lintingAgain,
      (unions) => `0 problems, ${unions} discriminated unions`,
    );
    await stage('generate', () => generating, describeOperations);
    await stage(
      'cross-check',
      () => checking,
      (count) => `${count} operations agree`,
    );
  } finally {
    await Promise.allSettled([lintingAgain, checking]);
  }
  await stage(
    'format',
    () => formatting.finish(),
    (files) => `${files} files`,
  );
}

const inWords = ({ paths, repairs }: Description): string =>
  [`${paths} paths`, ...(repairs > 0 ? [`${repairs} repairs by rule`] : [])].join(', ');

const skipped = ({ overlay, index, action, reason }: Unsettled): string =>
  `  skipped: ${overlay.file}: action ${index + 1} (${action.description}) ${reason} Delete it.`;

/** Begin something whose failure is looked at later. */
function begin<Result>(run: () => Promise<Result>): Promise<Result> {
  const running = run();
  running.catch(() => undefined);
  return running;
}

interface Description {
  readonly document: JsonObject;
  /** How many it came with. */
  readonly paths: number;
  readonly repairs: number;
}

function readDescription(file: string, sourceFile: string): Description {
  const text = readText(file);
  const source = readYaml(sourceFile);
  const expected = isObject(source) ? source.sha256 : undefined;
  const actual = createHash('sha256').update(text).digest('hex');
  if (actual !== expected) {
    throw new PipelineError(
      `${file}: sha256 is ${actual}, and ${sourceFile} says ${String(expected)}.\n  The vendored description is never edited: restore it, or bring in a new version and its source.json together.`,
    );
  }
  const document = readYaml(file);
  if (!isObject(document))
    throw new PipelineError(`${file}: holds ${nameOfType(document)}, not an OpenAPI description.`);
  return {
    document,
    paths: Object.keys(document.paths ?? {}).length,
    repairs: repairSpelling(document).length,
  };
}

async function lintUpstream(file: string, knownFile: string): Promise<number> {
  const problems = await lint(file, 'recommended');
  const errors = unknownErrors(problems, knownFile);
  if (errors.length > 0) {
    throw new PipelineError(
      `${file}: Redocly finds errors:\n${bullets(errors)}\n  The vendored file is damaged, or upstream's is: bring in a version that lints, or one through \`npm run update-spec\`, which repairs what it can.`,
    );
  }
  compareWithKnown(problems, knownFile);
  return problems.length;
}

function applyAll(document: JsonObject, overlays: readonly Overlay[]): number {
  return overlays.reduce((applied, overlay) => applied + applyOverlay(document, overlay), 0);
}

/** @returns the number of discriminated unions. */
async function lintEffective(document: JsonObject, folder: string): Promise<number> {
  const problems = await lint(await writeDocument(document, folder), 'recommended-strict');
  if (problems.length > 0) {
    throw new PipelineError(
      `The description has ${problems.length} problems after the overlays, where none is allowed:\n${bullets(problems.map(lineOf))}\n  Repair them in overlays/.`,
    );
  }
  checkOpenness(document);
  return checkUnions(document);
}
