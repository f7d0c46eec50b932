import type { JsonObject } from '../description/json.js';
import { applyAction } from '../overlay/apply.js';
import { readAction, type Action } from '../overlay/overlay.js';
import { leaveOutBroken, leaveOutImpossible, leaveOutUnsound, leaveOutUnused } from './leave-out-unsound.js';
import { proposeNames } from './names.js';
import { openEnums, openSharedEnums } from './openness.js';
import { proposePagination } from './pagination.js';
import { settleBodies, settlePaths, settlePlaces, settleQueries } from './places.js';
import type { Proposal, Proposer } from './proposal.js';
import { nameSuccess, separateResponses, writeOutShared } from './separate-operations.js';
import { proposeResumption, proposeStreams } from './streams.js';
import { nameDiscriminators, requireTags } from './unions.js';

/** In this order, since each builds on what the ones before have settled. */
const proposers: readonly Proposer[] = [
  nameSuccess,
  leaveOutUnsound,
  leaveOutBroken,
  writeOutShared,
  separateResponses,
  settleBodies,
  proposeResumption,
  settlePlaces,
  settleQueries,
  settlePaths,
  proposeStreams,
  proposePagination,
  leaveOutImpossible,
  leaveOutUnused,
  requireTags,
  nameDiscriminators,
  openEnums,
  openSharedEnums,
];

/** What a document needs beyond its overlays. */
export interface Proposals {
  readonly structure: readonly Proposal[];
  readonly names: readonly Proposal[];
}

/** Find what a document needs so that every operation that it defines soundly can be generated, and apply it. */
export function propose(document: JsonObject): Proposals {
  return {
    structure: proposers.flatMap((proposer) => applyAll(document, proposer(document))),
    names: applyAll(document, proposeNames(document)),
  };
}

/**
 * Apply proposals, in their order, and each once: what one rule finds in two places may be repaired in one.
 *
 * @returns those that were applied.
 */
export function applyAll(document: JsonObject, proposals: readonly Proposal[]): readonly Proposal[] {
  const distinct = [...new Map(proposals.map((each) => [JSON.stringify(each), each])).values()];
  for (const proposal of distinct) applyAction(document, readProposal(proposal));
  return distinct;
}

/** A proposal as the action that an overlay will have. */
export const readProposal = (proposal: Proposal): Action =>
  readAction({ ...proposal } as JsonObject, proposal.description);
