import type { JsonObject } from '../description/json.js';
import { applyOverlay } from './apply.js';
import { byAudience, readOverlays, type Overlay } from './overlay.js';
import { supersededActions, withoutActions, type Unsettled } from './settle.js';

/** What was applied, and what was not. */
export interface Applied {
  /** The number of actions. */
  readonly count: number;
  /** Actions that are skipped, since upstream has what they wait for. */
  readonly superseded: readonly Unsettled[];
  /** Overlays for the generators alone, which are not applied yet. */
  readonly forGenerators: readonly Overlay[];
}

/**
 * Apply the overlays of a folder as they are written.
 *
 * @param document - Upstream's, before any overlay; is changed.
 * @throws {PipelineError} for a fault in an overlay, and for an action that does not fit.
 */
export function applyOverlays(document: JsonObject, folder: string): Applied {
  const written = readOverlays(folder);
  const superseded = supersededActions(document, written);
  const { forAll, forGenerators } = byAudience(withoutActions(written, superseded));
  const count = forAll.reduce((applied, overlay) => applied + applyOverlay(document, overlay), 0);
  return { count, superseded, forGenerators };
}
