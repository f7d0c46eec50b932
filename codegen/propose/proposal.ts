import type { JsonObject, JsonValue } from '../description/json.js';

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

/** What the description of every proposal begins with. */
export const mark = 'Proposed: ';

/** What a proposal says: a word by which a reviewer finds it, a reason, and when it goes. */
export const proposed = (reason: string, goes = 'when upstream says so itself'): string =>
  `${mark}${reason} Goes ${goes}.`;

/** Whether an action is a proposal that nobody has reviewed: a review takes the word out. */
export const isProposal = ({ description }: { readonly description: string }): boolean =>
  description.startsWith(mark);
