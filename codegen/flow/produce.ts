import { describeOperations } from '../description/operations.js';
import type { JsonObject } from '../description/json.js';
import { startFormatting, type Formatting } from '../files/format.js';
import type { Generated } from '../generate/generate-sound.js';
import { lintEffective, type Verdict } from '../lint/lint-effective.js';
import { begin } from '../run/begin.js';
import type { RunStage } from '../run/stage.js';

/** What differs between the ways through the pipeline. */
export interface Way {
  /** The description with its overlays and repairs, once it is there. */
  readonly ready: Promise<JsonObject>;
  /** Resolves when the stages before have been reported. */
  readonly reported: Promise<unknown>;
  /** May throw what the linter finds. */
  readonly judge: (verdict: Verdict) => void;
  readonly generate: (folder: string, formatting: Formatting) => Promise<Generated>;
  /** Throws what the generators read differently and nobody has noted. */
  readonly check: (folder: string) => Promise<unknown>;
}

/** @throws {PipelineError} for the first damage that a verdict tells of. */
export function refuseDamage({ damage }: Verdict): void {
  const [first] = damage;
  if (first !== undefined) throw first;
}

/** What came of it, and what a person should know. */
export interface Produced extends Generated {
  readonly verdict: Verdict;
}

/**
 * The second half of every way: lint the description that is ready, generate from it, compare how the two generators read
 * it, and format.
 *
 * Nothing waits for a verdict that it does not need: the linter and prettier run in a thread of their own. Failures come out
 * in the order of the stages all the same.
 */
export async function produce(way: Way, folder: string, stage: RunStage): Promise<Produced> {
  const formatting = startFormatting(folder);
  const linting = begin(async () => lintEffective(await way.ready));
  const generating = begin(async () => {
    await way.ready;
    return way.generate(folder, formatting);
  });
  const checking = begin(async () => {
    await generating;
    await way.check(folder);
  });
  try {
    await way.reported;
    const verdict = await stage(
      'lint again',
      async () => {
        const found = await linting;
        way.judge(found);
        return found;
      },
      ({ damage, unavoidable, discriminatedUnions }) =>
        `${damage.length + unavoidable.length} problems, ${discriminatedUnions} discriminated unions`,
    );
    const generated = await stage(
      'generate',
      () => generating,
      ({ operations }) => describeOperations(operations),
    );
    await stage(
      'cross-check',
      () => checking,
      () => agreementOf(generated),
    );
    await stage(
      'format',
      () => formatting.finish(),
      (files) => `${files} files`,
    );
    return { ...generated, verdict };
  } finally {
    await Promise.allSettled([linting, checking]);
  }
}

const agreementOf = ({ operations, differences }: Generated): string =>
  `${operations.length - differences.length} operations agree` +
  (differences.length === 0 ? '' : `, ${differences.length} are read differently`);
