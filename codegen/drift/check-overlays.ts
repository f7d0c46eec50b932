import type { JsonObject } from '../json.js';
import { applyOverlay } from '../overlay/apply.js';
import type { Overlay } from '../overlay/overlay.js';
import { PipelineError } from '../pipeline-error.js';

/** An action of an overlay that a description no longer fits. */
export interface FailedAction {
  readonly file: string;
  /** From 1, as in the messages of `npm run codegen`. */
  readonly action: number;
  readonly description: string;
  readonly target: string;
  readonly reason: string;
}

/**
 * Apply all overlays to a document, in place and past the actions that fail.
 *
 * What an action fails on may be what an earlier one failed to do.
 *
 * @returns the actions that failed, in order.
 */
export function tryOverlays(document: JsonObject, overlays: readonly Overlay[]): FailedAction[] {
  return overlays.flatMap((overlay) =>
    overlay.actions.flatMap((action, index) => {
      try {
        applyOverlay(document, { ...overlay, actions: [action] });
        return [];
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        const { description, target } = action;
        const reason = (error.cause as Error).message;
        return [{ file: overlay.file, action: index + 1, description, target, reason }];
      }
    }),
  );
}
