import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { checkOpenness } from './check-openness.js';
import { checkUnions } from './check-unions.js';
import { crossCheck } from './cross-check.js';
import { emitApi } from './emit/api.js';
import { emitCrossCheck } from './emit/cross-check.js';
import { emitMock } from './emit/mock.js';
import { emitParams } from './emit/params.js';
import { emitReference } from './emit/reference.js';
import { formatFolder } from './format.js';
import { generateWithHeyApi } from './hey-api.js';
import { isObject, nameOfType, type JsonObject } from './json.js';
import { bullets, compareWithKnown, lineOf, lint } from './lint.js';
import { generateSchemaTypes } from './openapi-typescript.js';
import { collectOperations, type Operation } from './operations.js';
import { applyOverlay } from './overlay/apply.js';
import { readOverlays, type Overlay } from './overlay/overlay.js';
import { PipelineError } from './pipeline-error.js';
import { readText, readYaml } from './read-yaml.js';

/** Folders of one project: what the pipeline reads, and what it writes. */
export interface Project {
  readonly spec: string;
  readonly overlays: string;
  readonly generated: string;
}

export interface Stage {
  readonly name: string;
  readonly durationMs: number;
  /** What the stage found or made: `75 operations`. */
  readonly figure: string;
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
  const next = `${project.generated}.next`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  try {
    await runStages(project, next, report);
    replace(project.generated, next);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

async function runStages(
  { spec, overlays: overlaysFolder }: Project,
  next: string,
  report: (stage: Stage) => void,
): Promise<void> {
  const stage = async <T>(
    name: string,
    run: () => T | Promise<T>,
    figure: (result: T) => string,
  ): Promise<T> => {
    const start = performance.now();
    const result = await run();
    report({ name, durationMs: performance.now() - start, figure: figure(result) });
    return result;
  };
  const specFile = join(spec, 'openapi.yaml');
  const read = () => readDescription(specFile, join(spec, 'source.json'));
  const document = await stage('read', read, ({ paths }) => `${Object.keys(paths ?? {}).length} paths`);

  const lintSpec = () => lintUpstream(specFile, join(spec, 'known-problems.yaml'));
  await stage('lint', lintSpec, (known) => `${known} known problems, no new ones`);

  const overlays = readOverlays(overlaysFolder);
  const forAll = overlays.filter(({ generatorsOnly }) => !generatorsOnly);
  const forGenerators = overlays.filter(({ generatorsOnly }) => generatorsOnly);
  await stage(
    'overlay',
    () => applyAll(document, forAll),
    (applied) => `${applied} actions applied`,
  );

  const { operations } = await stage(
    'lint again',
    () => lintEffective(document, join(next, 'openapi.yaml')),
    ({ unions }) => `0 problems, ${unions} discriminated unions`,
  );

  const write = () => generate(document, operations, forGenerators, next);
  await stage('generate', write, () => describeOperations(operations));
  await stage(
    'cross-check',
    () => crossCheck(next),
    (count) => `${count} operations agree`,
  );
  await stage(
    'format',
    () => formatFolder(next),
    (files) => `${files} files`,
  );
}

function readDescription(file: string, sourceFile: string): JsonObject {
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
  return document;
}

function lintUpstream(file: string, knownFile: string): number {
  const problems = lint(file, 'recommended');
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new PipelineError(
      `${file}: Redocly finds errors:\n${bullets(errors.map(lineOf))}\n  The vendored file is damaged, or upstream's is: bring in a version that lints.`,
    );
  }
  compareWithKnown(problems, knownFile);
  return problems.length;
}

function applyAll(document: JsonObject, overlays: readonly Overlay[]): number {
  return overlays.reduce((applied, overlay) => applied + applyOverlay(document, overlay), 0);
}

function lintEffective(document: JsonObject, file: string): { operations: Operation[]; unions: number } {
  // First, since it knows which overlay gives the names; to the linter they are upstream's.
  const operations = collectOperations(document);
  const header = '# Generated from spec/openapi.yaml and overlays/ by `npm run codegen`. Do not edit.\n';
  writeFileSync(
    file,
    header + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' }),
  );
  const problems = lint(file, 'recommended-strict');
  if (problems.length > 0) {
    throw new PipelineError(
      `The description has ${problems.length} problems after the overlays, where none is allowed:\n${bullets(problems.map(lineOf))}\n  Repair them in overlays/.`,
    );
  }
  checkOpenness(document);
  return { operations, unions: checkUnions(document) };
}

async function generate(
  document: JsonObject,
  operations: readonly Operation[],
  overlays: readonly Overlay[],
  folder: string,
): Promise<void> {
  const forGenerators = structuredClone(document);
  applyAll(forGenerators, overlays);

  await generateWithHeyApi(forGenerators, folder);
  writeFileSync(join(folder, 'schema.gen.ts'), await generateSchemaTypes(forGenerators));
  writeFileSync(join(folder, 'params.gen.ts'), emitParams(operations));
  writeFileSync(join(folder, 'api.gen.ts'), emitApi(document, operations));
  writeFileSync(join(folder, 'cross-check.gen.ts'), emitCrossCheck(operations));
  writeFileSync(join(folder, 'mock.gen.ts'), emitMock(document, operations));
  writeFileSync(join(folder, 'api.md'), emitReference(document, operations));
}

function describeOperations(operations: readonly Operation[]): string {
  const count = (kind: Operation['kind']) => operations.filter((operation) => operation.kind === kind).length;
  return `${operations.length} operations: ${count('stream')} stream, ${count('page')} page, ${count('binary')} binary, ${count('void')} empty`;
}

/** Renaming is the one step that a full disk or a closed terminal cannot leave half done. */
function replace(folder: string, next: string): void {
  const previous = `${folder}.previous`;
  rmSync(previous, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, previous);
  renameSync(next, folder);
  rmSync(previous, { recursive: true, force: true });
}
