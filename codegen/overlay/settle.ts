import type { JsonValue } from '../json.js';
import { applyAction } from './apply.js';
import type { Action, Overlay } from './overlay.js';
import { select } from './select.js';

/** An action that a document no longer has a use for, or matches in another number of places. */
export interface Unsettled {
  readonly overlay: Overlay;
  /** Counted from 0. */
  readonly index: number;
  readonly action: Action;
  /** Why it cannot be applied. */
  readonly reason: string;
  /** Where only the number of places is another one: that number. The action was applied to them all. */
  readonly matches?: number;
}

/**
 * Apply overlays that were written for another version of a document: what does not fit is left out and reported,
 * all of it at once.
 */
export function settleOverlays(document: JsonValue, overlays: readonly Overlay[]): Unsettled[] {
  return overlays.flatMap((overlay) =>
    overlay.actions.flatMap((action, index): Unsettled[] => {
      try {
        applyAction(document, action);
        return [];
      } catch (error) {
        const { message } = error as Error;
        const recounted = recount(document, action);
        const about = { overlay, index, action, reason: message.split(/(?<=\.) |\n/, 1)[0]! };
        return [recounted === undefined ? about : { ...about, matches: recounted }];
      }
    }),
  );
}

/** Applies an action whose count alone is wrong; gives the count that is right. */
function recount(document: JsonValue, action: Action): number | undefined {
  if (action.expect === undefined) return undefined;
  try {
    const matches = select(document, action.target).length;
    if (matches === action.expect) return undefined;
    applyAction(document, { ...action, expect: matches });
    return matches;
  } catch {
    return undefined;
  }
}
