import type { MessageRule } from './lint-messages.js';

/** A change to a history that the API would have refused. */
export interface MessageRepair {
  /** Index of the message in the history that was given. */
  readonly index: number;
  /** The broken rule, for programs: one of `lintMessages`, or one of the form of requests. */
  readonly rule: RepairRule;
  /** What was wrong. */
  readonly problem: string;
  /** What was done about it. */
  readonly repair: string;
}

/** A rule of `lintMessages`, or of the form of content, of tool calls, and of texts. */
export type RepairRule = MessageRule | 'content-form' | 'tool-call-form' | 'lone-surrogate';

/** Reports a repair of one message. */
export type Tell = (rule: RepairRule, problem: string, repair: string) => void;

/** A message with the index of the given one that it comes from. */
export interface Placed {
  readonly index: number;
  readonly message: Fields;
  /** Whether no given message says so. */
  readonly isAdded?: true;
}

export type Fields = Readonly<Record<string, unknown>>;
