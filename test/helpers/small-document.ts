import { parse, stringify } from 'yaml';

import type { JsonObject } from '../../codegen/description/json.js';
import { applyAll } from '../../codegen/propose/propose.js';
import type { Proposal, Proposer } from '../../codegen/propose/proposal.js';

/** A document of some paths and components, written as YAML. */
export const documentOf = (paths: string, components = '{}'): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'Small', version: '1.0.0' },
  paths: parse(paths) as JsonObject,
  components: parse(components) as JsonObject,
});

/** What a rule proposes for a document, and the document with it applied. */
export function proposedFor(
  propose: Proposer,
  document: JsonObject,
): { proposals: readonly Proposal[]; targets: string[]; document: JsonObject; text: string } {
  const changed = structuredClone(document);
  const proposals = applyAll(changed, propose(changed));
  const targets = proposals.map(({ target }) => target);
  return { proposals, targets, document: changed, text: stringify(changed) };
}
