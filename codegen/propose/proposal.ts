import type { JsonObject, JsonValue } from '../json.js';

/** An overlay action that a rule would write, for a person to look at. */
export interface Proposal {
  readonly target: string;
  readonly description: string;
  readonly update?: JsonValue;
  readonly copy?: string;
  readonly remove?: true;
}

/** Finds what one kind of repair or addition a document needs. */
export type Proposer = (document: JsonObject) => Proposal[];

/** What every proposal begins with, so that a reviewer finds them. */
export const proposed = (reason: string): string => `Proposed: ${reason}`;
