import type { JsonObject } from '../description/json.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
import type { Problem } from '../worker/problem.js';
import { checkOpenness } from './check-openness.js';
import { checkUnions } from './check-unions.js';
import { lineOf } from './known-problems.js';
import { lint } from './lint.js';

/** What the description is like after the overlays. */
export interface Verdict {
  /** Faults that would make types or responses of the mock wrong, or operations that cannot be called. */
  readonly damage: readonly PipelineError[];
  /** What else the linter finds: upstream's routes and unions are as they are. */
  readonly unavoidable: readonly Problem[];
  /** How many unions tell their members apart by a discriminator. */
  readonly discriminatedUnions: number;
}

/**
 * Rules whose breach is no damage: what they are about shows in no type, no response of the mock and no request. All
 * other rules are about damage.
 */
export const harmlessRules: ReadonlySet<string> = new Set([
  'info-license',
  'info-license-strict',
  'no-ambiguous-paths',
  'no-duplicated-enum-values',
  'no-duplicated-tag-names',
  'no-example-value-and-externalValue',
  'no-illogical-composition-keywords',
  'no-mixed-number-range-constraints',
  'no-path-trailing-slash',
  'no-required-schema-properties-undefined',
  'no-server-example.com',
  'no-server-trailing-slash',
  'no-unsafe-markdown',
  'no-unused-components',
  'operation-4xx-response',
  'operation-summary',
  'security-scopes-defined',
  'spec-ref-siblings',
  'tag-description',
]);

/** Look at the description as it is after the overlays, for the strictest rules and for our own. */
export async function lintEffective(document: JsonObject): Promise<Verdict> {
  const problems = lint(document, 'recommended-strict', 'The description, after the overlays');
  const damage: PipelineError[] = [];
  const check = (run: () => number): number => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      damage.push(error);
      return 0;
    }
  };
  // While the linter has the document in its thread.
  check(() => checkOpenness(document));
  const discriminatedUnions = check(() => checkUnions(document));
  const found = await problems;
  const harmful = found.filter(({ rule }) => !harmlessRules.has(rule));
  if (harmful.length > 0) {
    const lines = bullets(harmful.map(lineOf));
    const message = `The description has ${harmful.length} problems after the overlays that would do damage:\n${lines}\n  Repair them in overlays/.`;
    damage.unshift(new PipelineError(message));
  }
  return {
    damage,
    unavoidable: found.filter(({ rule }) => harmlessRules.has(rule)),
    discriminatedUnions,
  };
}
