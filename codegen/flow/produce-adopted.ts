import type { JsonObject } from '../description/json.js';
import type { Verdict } from '../lint/lint-effective.js';
import type { Overlay } from '../overlay/overlay.js';
import type { RunStage } from '../run/stage.js';
import { loadGenerators } from './load-generators.js';
import { produce, type Produced } from './produce.js';

/**
 * The second half of the way of a description that was adopted: what cannot be generated is left out, and what is read
 * differently is noted.
 *
 * @param document - With its overlays and repairs; the stages before have been reported.
 * @param forGenerators - Overlays for the generators alone.
 * @param judge - May throw what the linter finds.
 */
export const produceAdopted = (
  document: JsonObject,
  forGenerators: readonly Overlay[],
  folder: string,
  stage: RunStage,
  judge: (verdict: Verdict) => void = () => undefined,
): Promise<Produced> =>
  produce(
    {
      ready: Promise.resolve(document),
      reported: Promise.resolve(),
      judge,
      async generate(next, formatting) {
        const { generateSound } = await loadGenerators();
        return generateSound(document, forGenerators, next, formatting);
      },
      check: () => Promise.resolve(),
    },
    folder,
    stage,
  );
