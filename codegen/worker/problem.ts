/** What the linter finds. */
export interface Problem {
  readonly rule: string;
  /** JSON pointer into the document. */
  readonly pointer: string;
  readonly message: string;
  readonly severity: 'error' | 'warn';
}

/** One of Redocly's own sets of rules. */
export type Ruleset = 'recommended' | 'recommended-strict';
