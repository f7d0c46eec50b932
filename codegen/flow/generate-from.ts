import { basename } from 'node:path';

import type { JsonObject } from '../description/json.js';
import type { Operation } from '../description/operations.js';
import { nameOfRoute, placeOf, writtenOperations } from '../description/routes.js';
import { segment } from '../description/visit.js';
import { replaceFolder } from '../files/replace-folder.js';
import { readUpstreamYaml } from '../files/read-upstream.js';
import { lineOf } from '../lint/known-problems.js';
import { prepareLinter } from '../lint/lint.js';
import { isLeftOut } from '../propose/leave-out-unsound.js';
import type { Proposal } from '../propose/proposal.js';
import { repairNames } from '../repair/repair-document.js';
import { begin } from '../run/begin.js';
import { stages, type RunStage, type Stage } from '../run/stage.js';
import { adopt } from './adopt.js';
import { lastVersion } from './last-version.js';
import { describePaths } from './describe.js';
import { produceAdopted } from './produce-adopted.js';
import type { Project } from './project.js';

/** What to generate from, and where to. */
export interface Source {
  /** A description as it comes, and what to call it in messages. */
  readonly text: string;
  readonly name: string;
  /** Whose overlays are applied, as far as they fit; what its version has and this one has not stays. Is not changed. */
  readonly project: Pick<Project, 'spec' | 'overlays'>;
  /** The date that is given for what the description no longer has. */
  readonly date: string;
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
 * The way of any description to any folder: what is missing is proposed, what can be repaired by rule is repaired, and a
 * defect that cannot costs the operation that has it.
 *
 * @throws {PipelineError} if the text is no description, or no operation of it can be generated.
 */
export function generateFrom(source: Source, report: (stage: Stage) => void): Promise<Outcome> {
  return replaceFolder(source.out, (next) => runStages(source, next, stages(report)));
}

async function runStages(source: Source, next: string, stage: RunStage): Promise<Outcome> {
  void begin(prepareLinter);
  const document = await stage('read', () => readUpstreamYaml(source.text, source.name), describePaths);
  const given = routesByPlace(document);
  const adopted = await adopt(
    {
      document,
      before: lastVersion(source.project),
      dropping: { date: source.date, isDropped: () => false },
    },
    stage,
  );
  const renamed = repairNames(document);
  const { operations, verdict, misfits, differences, leftOut } = await produceAdopted(
    document,
    adopted.forGenerators,
    next,
    stage,
  );
  const losses = adopted.structure.filter((proposal) => isLeftOut(proposal) && given.has(proposal.target));
  return {
    operations,
    leftOut: [...losses, ...leftOut].map(
      ({ target, description }) => `${given.get(target) ?? target}: ${description}`,
    ),
    notes: [
      ...adopted.repairs,
      ...adopted.kept.map(({ description, ...kept }) => `${kept['x-until']}: ${description}`),
      ...adopted.unsettled.map(
        ({ overlay, action, reason }) =>
          `${basename(overlay.file)}: ${action.target}: does not fit: ${reason}`,
      ),
      ...linesOf(adopted.structure.filter((proposal) => !losses.includes(proposal))),
      ...[...adopted.names, ...adopted.namesOfMade].map(
        ({ target, update }) => `${target}: is called \`${String((update as JsonObject).operationId)}\``,
      ),
      ...renamed,
      ...verdict.damage.map(({ message }) => message),
      ...verdict.unavoidable.map((problem) => `${lineOf(problem)} (unavoidable)`),
      ...misfits,
      ...linesOf(differences),
    ],
  };
}

/** What upstream calls each operation that it has, and each path, by the place where it is. */
const routesByPlace = (document: JsonObject): Map<string, string> =>
  new Map([
    ...Object.keys(document.paths as JsonObject).map(
      (pathKey) => [`$.paths${segment(pathKey)}`, pathKey] as const,
    ),
    ...writtenOperations(document).map((route) => [placeOf(route), nameOfRoute(route)] as const),
  ]);

/** One line for the several actions of one proposal. */
const linesOf = (proposals: readonly Proposal[]): string[] =>
  proposals
    .filter(({ description }, index) => description !== proposals[index - 1]?.description)
    .map(({ target, description }) => `${target}: ${description}`);
