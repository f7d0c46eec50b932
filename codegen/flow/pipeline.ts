import { collectOperations } from '../description/operations.js';
import { readVendored } from '../files/read-vendored.js';
import { replaceFolder } from '../files/replace-folder.js';
import type { Generated } from '../generate/generate-sound.js';
import { compareWithKnown, unavoidable } from '../lint/known-problems.js';
import { lintUpstream } from '../lint/lint-upstream.js';
import { applyOverlays } from '../overlay/apply-overlays.js';
import { repairNames, repairSpelling } from '../repair/repair-document.js';
import { begin } from '../run/begin.js';
import { refuse } from '../run/pipeline-error.js';
import { stages, type Stage } from '../run/stage.js';
import { describeApplied, describeReading } from './describe.js';
import { produce, refuseDamage } from './produce.js';
import type { Project } from './project.js';

/**
 * The project's own way through the pipeline: from the vendored description to `generated/`.
 *
 * Stops at the first stage that fails. `generated/` is replaced as a whole at the very end, so after a
 * failure it is what it was before.
 *
 * @param report - Called after each stage.
 * @throws {PipelineError} for a fault in the description or an overlay.
 */
export async function runPipeline(project: Project, report: (stage: Stage) => void): Promise<void> {
  const stage = stages(report);
  const reading = begin(async () => {
    const document = readVendored(project.spec);
    const linting = begin(() => lintUpstream(document, project.spec));
    return { document, linting, figure: describeReading(document, repairSpelling(document).length) };
  });
  const overlaying = begin(async () => {
    const { document } = await reading;
    const applied = applyOverlays(document, project.overlays);
    repairNames(document);
    return { document, applied };
  });
  // Before the linter, since this knows which overlay gives the names; to the linter they are upstream's.
  const collecting = begin(async () => {
    const { document, applied } = await overlaying;
    return { document, applied, operations: collectOperations(document) };
  });
  const reported = begin(async () => {
    const { linting } = await stage(
      'read',
      () => reading,
      ({ figure }) => figure,
    );
    await stage(
      'lint',
      () => linting,
      (known) => `${known} known problems, no new ones`,
    );
    await stage(
      'overlay',
      () => overlaying,
      ({ applied }) => describeApplied(applied),
    );
    await collecting;
  });
  await replaceFolder(project.generated, (next) =>
    produce(
      {
        ready: collecting.then(({ document }) => document),
        reported,
        judge(verdict) {
          refuseDamage(verdict);
          compareWithKnown(verdict.unavoidable, project.spec, unavoidable);
        },
        async generate(folder, formatting): Promise<Generated> {
          const { document, applied, operations } = await collecting;
          // Compilers take their time to load, which the linter need not wait for.
          const { generate } = await import('../generate/generate.js');
          await generate(document, operations, applied.forGenerators, folder, refuse, formatting.takeNew);
          return { operations, misfits: [], differences: [], leftOut: [] };
        },
        async check(folder) {
          const { crossCheck } = await import('../generate/cross-check.js');
          crossCheck(folder);
        },
      },
      next,
      stage,
    ),
  );
}
