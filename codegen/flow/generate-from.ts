import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { compareReadings, type Readings } from '../generate/cross-check.js';
import { emitCrossCheck } from '../emit/cross-check.js';
import { findCulprits } from '../generate/find-culprits.js';
import { startFormatting } from '../files/format.js';
import { generate } from '../generate/generate.js';
import type { JsonObject } from '../description/json.js';
import { repairNames, repairSpelling } from '../repair/repair-document.js';
import { collectOperations, describeOperations, type Operation } from '../description/operations.js';
import { readOverlays, type Overlay } from '../overlay/overlay.js';
import { settleOverlays, supersededActions, withoutActions } from '../overlay/settle.js';
import { PipelineError } from '../run/pipeline-error.js';
import { noteDifferences } from '../generate/differences.js';
import { isLeftOut, leaveOutUnreadable, leftOut } from '../propose/leave-out-unsound.js';
import { applyAll, propose } from '../propose/propose.js';
import { isProposal, type Proposal } from '../propose/proposal.js';
import { placeOf } from '../propose/separate-operations.js';
import { readUpstreamYaml } from '../files/read-upstream.js';
import { replaceFolder } from '../files/replace-folder.js';
import { routesOf } from '../description/routes.js';
import { stages, type RunStage, type Stage } from '../run/stage.js';
import { subsetOf } from '../description/subset.js';
import { writeDocument } from '../files/write-document.js';

/** What to generate from, and where to. */
export interface Source {
  /** A description as it comes, and what to call it in messages. */
  readonly text: string;
  readonly name: string;
  /** Folder of overlays; those of their actions that do not fit the description are left out. */
  readonly overlays: string;
  /** Folder that is replaced by what is generated. */
  readonly out: string;
}

/** What a person should know of a run that ended well. */
export interface Outcome {
  readonly operations: readonly Operation[];
  /** Operations that could not be generated, each with the reason. */
  readonly leftOut: readonly string[];
  /** What else was changed or does not fit, one line each. */
  readonly notes: readonly string[];
}

/**
 * Generate from any description: what is missing is proposed, what can be repaired by rule is repaired, and a defect that
 * cannot costs the operation that has it.
 *
 * @throws {PipelineError} if the text is no description, or no operation of it can be generated.
 */
export function generateFrom(source: Source, report: (stage: Stage) => void): Promise<Outcome> {
  return replaceFolder(source.out, (next) => runStages(source, next, stages(report)));
}

async function runStages(source: Source, next: string, stage: RunStage): Promise<Outcome> {
  const notes: string[] = [];
  const document = await stage(
    'read',
    () => readUpstreamYaml(source.text, source.name),
    (read) => `${Object.keys(read.paths as JsonObject).length} paths`,
  );
  const unreadable = applyAll(document, leaveOutUnreadable(document));
  const given = new Map(
    routesOf(document).map((route) => [placeOf(route), `${route.method} ${route.pathKey}`]),
  );
  await stage(
    'mend',
    () => notes.push(...repairSpelling(document)),
    () => `${notes.length} repairs by rule`,
  );

  const written = readOverlays(source.overlays);
  // As `update-spec` does: what was proposed for another version is not for this one.
  const unreviewed = written.flatMap(({ actions }) =>
    actions.filter(isProposal).map((action) => ({ action })),
  );
  const overlays = withoutActions(written, [...unreviewed, ...supersededActions(document, written)]);
  const forAll = overlays.filter(({ generatorsOnly }) => !generatorsOnly);
  const total = forAll.flatMap(({ actions }) =>
    actions.filter(({ change }) => change.kind !== 'none'),
  ).length;
  const unsettled = await stage(
    'overlay',
    () => settleOverlays(document, forAll),
    (misfits) => `${total - misfits.length} actions applied, ${misfits.length} do not fit`,
  );
  notes.push(
    ...unsettled.map(
      ({ overlay, action, reason }) => `${basename(overlay.file)}: ${action.target}: does not fit: ${reason}`,
    ),
  );

  const { structure, names } = await stage(
    'propose',
    () => propose(document),
    (proposals) => `${proposals.structure.length} repairs, ${proposals.names.length} names`,
  );
  const losses = structure.filter((proposal) => isLeftOut(proposal) && given.has(proposal.target));
  notes.push(...linesOf(structure.filter((proposal) => !losses.includes(proposal))));
  notes.push(
    ...names.map(
      ({ target, update }) => `${target}: is called \`${String((update as JsonObject).operationId)}\``,
    ),
  );
  notes.push(...repairNames(document));

  const forGenerators = overlays.filter(({ generatorsOnly }) => generatorsOnly).map(optional);
  const { operations, readings } = await stage(
    'generate',
    () => generateSound(document, forGenerators, next, notes, losses),
    (result) => describeOperations(result.operations),
  );
  await stage(
    'format',
    () => startFormatting(next).finish(),
    (files) => `${files} files`,
  );
  for (const { id, places } of readings.filter((each) => each.places.length > 0))
    notes.push(`${id}: hey-api and openapi-typescript read it differently: ${places.join(', ')}`);
  return {
    operations,
    leftOut: [...unreadable, ...losses].map(
      ({ target, description }) => `${given.get(target) ?? target}: ${description}`,
    ),
    notes,
  };
}

/** One line for the several actions of one proposal. */
const linesOf = (proposals: readonly Proposal[]): string[] =>
  proposals
    .filter(({ description }, index) => description !== proposals[index - 1]?.description)
    .map(({ target, description }) => `${target}: ${description}`);

interface Generated {
  readonly operations: readonly Operation[];
  readonly readings: readonly Readings[];
}

/** Some operations alone may have nothing that such an action is for. */
const optional = (overlay: Overlay): Overlay => ({
  ...overlay,
  actions: overlay.actions.map((action) => ({ ...action, expect: undefined, optional: true })),
});

/** Generate what can be generated. If a generator dies of it all, find the operations that it dies of, and go on without. */
async function generateSound(
  document: JsonObject,
  overlays: readonly Overlay[],
  folder: string,
  notes: string[],
  leavingOut: Proposal[],
): Promise<Generated> {
  const attempt = async (described: JsonObject, into: string, onMisfit: (message: string) => void) => {
    const operations = collectOperations(described);
    if (operations.length === 0)
      throw new PipelineError('No operation of the description can be generated; the notes say why.');
    await writeDocument(described, into);
    await generate(described, operations, overlays, into, onMisfit);
    const readings = compareReadings(into);
    const differences = applyAll(described, noteDifferences(readings));
    if (differences.length === 0) return { operations, readings };
    // Written anew, since the file compiles only if it excludes what it finds.
    await writeDocument(described, into);
    const known = collectOperations(described);
    writeFileSync(join(into, 'cross-check.gen.ts'), emitCrossCheck(known));
    return { operations: known, readings };
  };
  const note = (message: string) => notes.push(message.split('\n', 1)[0]!);
  try {
    return await attempt(document, folder, note);
  } catch (cause) {
    const routes = routesOf(document);
    const culprits = await findCulprits(routes, async (some) => {
      const ids = new Set(some.map(({ id }) => id));
      const aside = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
      try {
        await attempt(
          subsetOf(document, (id) => ids.has(id)),
          aside,
          () => undefined,
        );
      } finally {
        rmSync(aside, { recursive: true, force: true });
      }
    });
    const sound = new Set(routes.filter((route) => !culprits.has(route)).map(({ id }) => id));
    if (culprits.size === 0 || sound.size === 0) throw cause;
    for (const [route, { message }] of culprits) leavingOut.push(leftOut(route, message));
    return await attempt(
      subsetOf(document, (id) => sound.has(id)),
      folder,
      note,
    );
  }
}
