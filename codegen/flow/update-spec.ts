import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JsonObject } from '../description/json.js';
import { collectOperations } from '../description/operations.js';
import { nameOfRoute, routesOf } from '../description/routes.js';
import { replaceFolder } from '../files/replace-folder.js';
import { knownProblems, lineOf, ofUpstream, unavoidable, writeKnown } from '../lint/known-problems.js';
import { lint, prepareLinter } from '../lint/lint.js';
import { applyOverlays } from '../overlay/apply-overlays.js';
import type { Action } from '../overlay/overlay.js';
import { settleOverlays } from '../overlay/settle.js';
import { isLeftOut } from '../propose/leave-out-unsound.js';
import type { Proposal } from '../propose/proposal.js';
import { readProposal } from '../propose/propose.js';
import { repairNames, repairSpelling } from '../repair/repair-document.js';
import { begin } from '../run/begin.js';
import { PipelineError } from '../run/pipeline-error.js';
import { stages, type RunStage, type Stage } from '../run/stage.js';
import { adopt } from './adopt.js';
import { lastVersion } from './last-version.js';
import { loadGenerators } from './load-generators.js';
import { describeApplied, describePaths } from './describe.js';
import { produceAdopted } from './produce-adopted.js';
import { refuseDamage, type Produced } from './produce.js';
import type { Project } from './project.js';
import { vendor, type NewVersion } from './vendor.js';
import { appendProposals, proposedFile, writeAdopted, writeSettled, type Edited } from './write-overlays.js';

/** What was done to follow upstream, for a person to review. */
export interface Update {
  /** `overlays/50-pagination.overlay.yaml:16-21: …`: actions that were deleted, each with the reason. */
  readonly deleted: readonly string[];
  /** Actions that change another number of places than before. */
  readonly recounted: readonly string[];
  /** Operations that upstream dropped, and components that these or our overlays refer to, which stay. */
  readonly kept: readonly string[];
  /** Actions that were added, to overlays that say so. */
  readonly proposed: readonly string[];
  /** Operations that upstream does not define soundly. */
  readonly leftOut: readonly string[];
  /** The version as upstream has it. */
  readonly upstream: JsonObject;
  /** New problems that the linter finds after the overlays, and that no overlay can repair. */
  readonly unavoidable: readonly string[];
}

/**
 * The way of another version into the project: vendor it, bring the overlays up to it, and generate.
 *
 * All of it happens aside: when a stage fails, the project is as it was.
 *
 * @throws {PipelineError} naming what is at fault, and what would repair it.
 */
export async function updateSpec(
  project: Project,
  version: NewVersion,
  report: (stage: Stage) => void,
): Promise<Update> {
  const root = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  const aside = {
    spec: join(root, 'spec'),
    overlays: join(root, 'overlays'),
    generated: join(root, 'generated'),
  };
  try {
    cpSync(project.spec, aside.spec, { recursive: true });
    cpSync(project.overlays, aside.overlays, { recursive: true });
    mkdirSync(aside.generated);
    const update = await runStages(aside, version, stages(report));
    await replaceAll(['spec', 'overlays', 'generated'], project, aside);
    return update;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    // The folders aside are gone when the message is read.
    throw new PipelineError(error.message.replaceAll(`${root}/`, ''), { cause: error });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The first folder is replaced last: each is copied before any is. */
async function replaceAll(
  [folder, ...others]: readonly (keyof Project)[],
  project: Project,
  by: Project,
): Promise<void> {
  if (folder === undefined) return;
  await replaceFolder(project[folder], (next) => {
    cpSync(by[folder], next, { recursive: true });
    return replaceAll(others, project, by);
  });
}

async function runStages(project: Project, version: NewVersion, stage: RunStage): Promise<Update> {
  void begin(prepareLinter);
  const before = lastVersion(project);
  const document = await stage('vendor', () => vendor(project.spec, version), describePaths);
  const problems = await stage(
    'lint',
    () => {
      const linting = lint(document, 'recommended', version.name);
      void begin(loadGenerators);
      return linting;
    },
    (found) => `${found.length} known problems`,
  );
  writeKnown(problems, project.spec, ofUpstream);
  const upstream = structuredClone(document);
  const dropping = {
    date: version.date,
    isDropped: isDropped(version.drop ?? [], before.document, document),
  };
  const adopted = await adopt({ document, before, dropping }, stage);
  const { deleted, recounted, forgotten } = await writeAdopted(adopted, project.overlays);
  const unavoidableBefore = knownProblems(project.spec, unavoidable);
  const { differences, leftOut, verdict, forGenerators } = await generateWritten(project, upstream, stage);

  // What was proposed for the last version, too, is no news.
  const last = new Set(forgotten.map(({ action }) => identityOf(action)));
  const structure = [...adopted.structure, ...leftOut, ...differences];
  const names = [...adopted.names, ...adopted.namesOfMade];
  const now = new Set([...structure, ...names].map(identityOfProposal));
  const isNew = (proposal: Proposal) => !last.has(identityOfProposal(proposal));
  const line = ({ target, description }: Proposal) => `overlays/${proposedFile}: ${target}: ${description}`;
  return {
    deleted: [
      ...deleted,
      ...forGenerators.deleted,
      ...forgotten
        .filter(({ action }) => !now.has(identityOf(action)))
        .map(({ place, action, reason }) => `${place}: ${action.target}: ${reason}`),
    ],
    recounted: [...recounted, ...forGenerators.recounted],
    kept: adopted.kept.map((each) => each['x-until']),
    proposed: [
      ...structure.filter((proposal) => !isLeftOut(proposal) && isNew(proposal)).map(line),
      ...names
        .filter(isNew)
        .map(({ target, update }) => `${target}: \`${String((update as JsonObject).operationId)}\``),
    ],
    leftOut: structure.filter((proposal) => isLeftOut(proposal) && isNew(proposal)).map(line),
    upstream,
    unavoidable: verdict.unavoidable.map(lineOf).filter((each) => !unavoidableBefore.includes(each)),
  };
}

const identityOf = ({ target, description, change }: Action): string =>
  JSON.stringify([target, description, change]);

const identityOfProposal = (proposal: Proposal): string => identityOf(readProposal(proposal));

/**
 * What `--drop` names, of the operations that upstream dropped.
 *
 * @throws {PipelineError} for a route that upstream has not dropped.
 */
function isDropped(
  drop: readonly string[],
  before: JsonObject,
  document: JsonObject,
): (route: string) => boolean {
  const routes = new Set(routesOf(document).map(nameOfRoute));
  const dropped = routesOf(before)
    .map(nameOfRoute)
    .filter((route) => !routes.has(route));
  const wrong = drop.find((route) => route !== 'all' && !dropped.includes(route));
  if (wrong !== undefined) {
    throw new PipelineError(
      `\`--drop '${wrong}'\`: upstream did not drop that. Give \`all\`, or one of: ${dropped.join(', ') || 'none'}.`,
    );
  }
  return (route) => drop.includes('all') || drop.includes(route);
}

interface ProducedWritten extends Produced {
  /** What became of the actions for the generators alone, which the overlays before were not settled with. */
  readonly forGenerators: Pick<Edited, 'deleted' | 'recounted'>;
}

/**
 * Generate from what is written. What could not be generated, or is read differently, is noted in the overlays, so that
 * they say what was generated.
 */
async function generateWritten(
  project: Project,
  upstream: JsonObject,
  stage: RunStage,
): Promise<ProducedWritten> {
  const document = structuredClone(upstream);
  repairSpelling(document);
  const { forGenerators } = await stage(
    'overlay',
    () => applyOverlays(document, project.overlays),
    describeApplied,
  );
  repairNames(document);
  // Before the linter, since this knows which overlay gives the names.
  collectOperations(document);
  const produced = await produceAdopted(document, forGenerators, project.generated, stage, refuseDamage);
  const { misfits, leftOut, differences, verdict } = produced;
  if (misfits.length > 0) throw new PipelineError(misfits.join('\n'));
  if (leftOut.length > 0) {
    // Without them, other components are used, and other problems are left.
    await appendProposals(project.overlays, leftOut);
    const again = await generateWritten(project, upstream, stage);
    return { ...again, leftOut: [...leftOut, ...again.leftOut] };
  }
  await appendProposals(project.overlays, differences);
  writeKnown(verdict.unavoidable, project.spec, unavoidable);
  // Upstream alone ends an action, which was looked at before.
  const unsettled = settleOverlays(document, forGenerators, []);
  return { ...produced, forGenerators: await writeSettled({ forgotten: [], unsettled }) };
}
