import type { JsonObject } from '../description/json.js';
import { describe } from '../drift/description.js';
import { pairSchemas } from '../drift/pair-schemas.js';
import { lint } from '../lint/lint.js';
import { actionsIn, byAudience, type Overlay, type PlacedAction } from '../overlay/overlay.js';
import { select } from '../overlay/select.js';
import { settleOverlays, supersededActions, withoutActions, type Unsettled } from '../overlay/settle.js';
import { isProposal, type Proposal, type Proposer } from '../propose/proposal.js';
import { isKept, keepDropped, withKept, type Dropping, type Kept } from '../propose/keep-dropped.js';
import { keepTypeNames } from '../propose/keep-type-names.js';
import { leaveOutUnreadable } from '../propose/leave-out-unsound.js';
import { repairProblems } from '../propose/lint.js';
import { applyAll, propose } from '../propose/propose.js';
import { repairSpelling } from '../repair/repair-document.js';
import type { Repair } from '../repair/repair.js';
import { nameOfRoute, placeOf, routesOf } from '../description/routes.js';
import { begin } from '../run/begin.js';
import type { RunStage } from '../run/stage.js';
import type { LastVersion } from './last-version.js';
import { loadGenerators } from './load-generators.js';

/** A version of upstream's that our overlays were not written for. */
export interface Foreign {
  /** As upstream has it; is changed. */
  readonly document: JsonObject;
  readonly before: LastVersion;
  readonly dropping: Dropping;
}

/** What was done to a document so that it can be generated from, in the order in which it was done. */
export interface Adopted {
  readonly repairs: readonly Repair[];
  /** What upstream dropped, and stays. */
  readonly kept: readonly Kept[];
  /** Proposals for another version that nobody has reviewed: they may harm this one, which may get them anew. */
  readonly forgotten: readonly Unsettled[];
  /** Actions that are not applied, or in another number of places than before. */
  readonly unsettled: readonly Unsettled[];
  /** Overlays for the generators alone, which are not applied yet. */
  readonly forGenerators: readonly Overlay[];
  readonly structure: readonly Proposal[];
  /** Names of operations that the document had. */
  readonly names: readonly Proposal[];
  /** Names of operations that proposals made, which can be named after them alone. */
  readonly namesOfMade: readonly Proposal[];
}

/**
 * The first half of the way of a version that our overlays were not written for: repair it, leave out what of the overlays
 * does not fit, and propose what is missing, until it lints.
 */
export async function adopt({ document, before, dropping }: Foreign, stage: RunStage): Promise<Adopted> {
  const repairs = await stage(
    'repair',
    () => repairSpelling(document),
    (made) => `${made.length} repairs by rule`,
  );
  const successors = successorsIn(document, before);
  const settled = await stage(
    'settle',
    () => settle(document, before, dropping),
    ({ unsettled, kept }) =>
      `${unsettled.length} actions of overlays do not fit` +
      (kept.length === 0 ? '' : `, ${kept.length} places are kept`),
  );
  const proposed = await stage(
    'propose',
    () => proposeAll(document, (named) => keepTypeNames(named, before.effective, successors)),
    ({ structure, names, namesOfMade }) =>
      `${structure.length} actions, ${names.length + namesOfMade.length} names`,
  );
  return { repairs, ...settled, ...proposed };
}

/** Which schema of the last version is which of this one, of those whose types have names that somebody has reviewed. */
function successorsIn(document: JsonObject, before: LastVersion): ReadonlyMap<string, string> {
  const readable = structuredClone(document);
  applyAll(readable, leaveOutUnreadable(readable));
  const pairs = pairSchemas(describe(before.document), describe(readable));
  return new Map([...pairs].filter(([name]) => before.reviewedSchemas.has(name)));
}

type Settled = Pick<Adopted, 'kept' | 'forgotten' | 'unsettled' | 'forGenerators'>;

function settle(document: JsonObject, before: LastVersion, dropping: Dropping): Settled {
  const written = actionsIn(before.overlays);
  const dropped = written
    .filter((placed) => keepsDropped(placed, dropping))
    .map((placed) => ({ ...placed, reason: 'Is dropped, as `--drop` says.' }));
  const forgotten = written
    .filter(({ action }) => isProposal(action))
    .map((placed) => ({ ...placed, reason: 'Is proposed no longer.' }));
  const overlays = withoutActions(before.overlays, [...dropped, ...forgotten]);
  const kept = keepDropped(document, before.document, overlays, dropping);
  const { forAll, forGenerators } = byAudience(overlays);
  // What is for the generators alone is for another document, but ends with this one, too.
  const superseded = supersededActions(document, forGenerators);
  return {
    kept,
    forgotten,
    unsettled: [...dropped, ...superseded, ...settleOverlays(document, withKept(forAll, kept))],
    forGenerators: withoutActions(forGenerators, superseded),
  };
}

/** Whether an action keeps operations that a maintainer drops now. */
function keepsDropped(
  { overlay, action: { target, change } }: PlacedAction,
  { isDropped }: Dropping,
): boolean {
  if (!isKept(overlay) || change.kind !== 'update' || target !== '$.paths') return false;
  const routes = routesOf({ paths: change.value });
  return routes.length > 0 && routes.every((route) => isDropped(nameOfRoute(route)));
}

async function proposeAll(
  document: JsonObject,
  keepNames: Proposer,
): Promise<Pick<Adopted, 'structure' | 'names' | 'namesOfMade'>> {
  const unreadable = applyAll(document, leaveOutUnreadable(document));
  const described = new Set(routesOf(document).map(placeOf));
  const { structure, names } = propose(document);
  const typeNames = applyAll(document, keepNames(document));
  const repairs = await repairWhatLints(document);
  return {
    structure: [...unreadable, ...structure, ...typeNames, ...repairs],
    names: names.filter(({ target }) => described.has(target)),
    namesOfMade: names.filter(({ target }) => !described.has(target)),
  };
}

const mostRounds = 5;

/** What one repair takes away may leave something else unused, so it goes on until nothing can change. */
async function repairWhatLints(document: JsonObject): Promise<Proposal[]> {
  const applied: Proposal[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const linting = lint(document, 'recommended-strict', 'The description');
    void begin(loadGenerators);
    const problems = await linting;
    const repairs = repairProblems(problems);
    const mayUncover = repairs.some((repair) => reachesFurther(document, repair));
    applied.push(...repairs.filter((repair) => fits(document, repair)));
    if (!mayUncover) break;
  }
  return applied;
}

/** Whether a repair changes more than its own place: to remove a value that refers to nothing is the end of it. */
const reachesFurther = (document: JsonObject, { target, remove }: Proposal): boolean =>
  remove !== true || select(document, target).some(({ value }) => JSON.stringify(value).includes('"$ref":'));

/** Applies a repair; one that another has made needless changes nothing. */
function fits(document: JsonObject, repair: Proposal): boolean {
  try {
    applyAll(document, [repair]);
    return true;
  } catch {
    return false;
  }
}
