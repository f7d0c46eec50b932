import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JsonObject } from '../description/json.js';
import { collectOperations, type Operation } from '../description/operations.js';
import { routesOf } from '../description/routes.js';
import { subsetOf } from '../description/subset.js';
import { emitCrossCheck } from '../emit/cross-check.js';
import type { Formatting } from '../files/format.js';
import { writeDocument } from '../files/write-document.js';
import type { Overlay } from '../overlay/overlay.js';
import { leftOut } from '../propose/leave-out-unsound.js';
import { applyAll } from '../propose/propose.js';
import type { Proposal } from '../propose/proposal.js';
import { PipelineError } from '../run/pipeline-error.js';
import { compareReadings } from './cross-check.js';
import { noteDifferences } from './differences.js';
import { findCulprits } from './find-culprits.js';
import { generate } from './generate.js';

/** What was generated, and what a person should know of it. */
export interface Generated {
  readonly operations: readonly Operation[];
  /** Responses of the mock that do not fit their schemas, a line each. */
  readonly misfits: readonly string[];
  /** Notes of what the generators read differently, which the description has now. */
  readonly differences: readonly Proposal[];
  /** Operations that a generator died of. */
  readonly leftOut: readonly Proposal[];
}

/**
 * Generate what can be generated. If a generator dies of it all, find the operations that it dies of, and go on without.
 *
 * @param document - Is changed by the notes of what the generators read differently.
 * @throws {PipelineError} if there is no operation, or none without which the generators live.
 */
export async function generateSound(
  document: JsonObject,
  overlays: readonly Overlay[],
  folder: string,
  formatting: Formatting,
): Promise<Generated> {
  const lenient = overlays.map(optional);
  const misfits: string[] = [];
  const generateAll = (described: JsonObject) => {
    // What an attempt before has left is no part of this one.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    formatting.forget();
    return generateKnowingDifferences(described, lenient, folder, formatting, (message) =>
      misfits.push(message.split('\n', 1)[0]!),
    );
  };
  try {
    return { ...(await generateAll(document)), misfits, leftOut: [] };
  } catch (cause) {
    misfits.length = 0;
    const routes = routesOf(document);
    const culprits = await findCulprits(routes, async (some) => {
      const aside = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
      try {
        const nobody = () => undefined;
        await generateKnowingDifferences(subset(document, some), lenient, aside, unformatted, nobody);
      } finally {
        rmSync(aside, { recursive: true, force: true });
      }
    });
    const sound = routes.filter((route) => !culprits.has(route));
    if (culprits.size === 0 || sound.length === 0) throw cause;
    return {
      ...(await generateAll(subset(document, sound))),
      misfits,
      leftOut: [...culprits].map(([route, { message }]) => leftOut(route, message)),
    };
  }
}

const unformatted = { takeNew: () => undefined, forget: () => undefined };

const subset = (document: JsonObject, routes: readonly { readonly id: string }[]): JsonObject => {
  const ids = new Set(routes.map(({ id }) => id));
  return subsetOf(document, (id) => ids.has(id));
};

async function generateKnowingDifferences(
  document: JsonObject,
  overlays: readonly Overlay[],
  folder: string,
  formatting: Pick<Formatting, 'takeNew' | 'forget'>,
  onMisfit: (message: string) => void,
): Promise<Pick<Generated, 'operations' | 'differences'>> {
  const operations = collectOperations(document);
  if (operations.length === 0)
    throw new PipelineError('No operation of the description can be generated; the notes say why.');
  await generate(document, operations, overlays, folder, onMisfit, formatting.takeNew);
  const differences = applyAll(document, noteDifferences(compareReadings(folder)));
  if (differences.length === 0) return { operations, differences };
  // Written anew, since the file compiles only if it excludes what it finds.
  await writeDocument(document, folder);
  const knowing = collectOperations(document);
  writeFileSync(join(folder, 'cross-check.gen.ts'), emitCrossCheck(knowing));
  formatting.forget('cross-check.gen.ts');
  return { operations: knowing, differences };
}

/** Some operations alone may have nothing that such an action is for. */
const optional = (overlay: Overlay): Overlay => ({
  ...overlay,
  actions: overlay.actions.map((action) => ({ ...action, expect: undefined, optional: true })),
});
