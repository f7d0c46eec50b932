import type { JsonValue } from '../description/json.js';
import { applyAction } from './apply.js';
import { actionsIn, type Action, type Overlay, type PlacedAction } from './overlay.js';
import { select } from './select.js';

/** An action that a document no longer has a use for, or matches in another number of places. */
export interface Unsettled extends PlacedAction {
  /** Why it is not applied. */
  readonly reason: string;
  /** Where only the number of places is another one: that number. The action was applied to them all. */
  readonly matches?: number;
}

/**
 * The actions that `x-until` ends, since upstream's document has the place that they wait for.
 *
 * @param upstream - The document before any overlay: a place that overlays make does not count.
 */
export function supersededActions(upstream: JsonValue, overlays: readonly Overlay[]): Unsettled[] {
  return actionsIn(overlays).flatMap((placed): Unsettled[] => {
    const { until } = placed.action;
    if (until === undefined || select(upstream, until).length === 0) return [];
    return [{ ...placed, reason: `Upstream has ${until}, until which it applies.` }];
  });
}

/** Overlays in which some actions do nothing; they keep their places, so that messages number actions as the file does. */
export function withoutActions(
  overlays: readonly Overlay[],
  without: readonly { readonly action: Action }[],
): readonly Overlay[] {
  const ended = new Set(without.map(({ action }) => action));
  return overlays.map((overlay) => ({
    ...overlay,
    actions: overlay.actions.map((action) =>
      ended.has(action)
        ? { ...action, change: { kind: 'none' }, expect: undefined, optional: true, until: undefined }
        : action,
    ),
  }));
}

/**
 * Apply overlays that were written for another version of a document: what does not fit is left out and reported,
 * all of it at once.
 *
 * @param ended - What upstream ends, if the document is no longer upstream's.
 */
export function settleOverlays(
  document: JsonValue,
  overlays: readonly Overlay[],
  ended: readonly Unsettled[] = supersededActions(document, overlays),
): Unsettled[] {
  const superseded = new Map(ended.map((each) => [each.action, each]));
  return actionsIn(overlays).flatMap((placed): Unsettled[] => {
    const { action } = placed;
    const end = superseded.get(action);
    if (end !== undefined) return [end];
    try {
      applyAction(document, action);
      return [];
    } catch (error) {
      const { message } = error as Error;
      const recounted = recount(document, action);
      const about = { ...placed, reason: message.split(/(?<=\.) |\n/, 1)[0]! };
      return [recounted === undefined ? about : { ...about, matches: recounted }];
    }
  });
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
