import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import type { Overlay } from '../overlay/overlay.js';
import { settleOverlays } from '../overlay/settle.js';
import { PipelineError } from '../run/pipeline-error.js';
import { keysOf, resolve } from '../description/schema.js';
import { segment, walk } from '../description/walk.js';
import type { Proposal } from './proposal.js';

/** A component that upstream has dropped and overlays refer to, as it was; once upstream has it again, the action ends. */
export interface Kept extends Proposal {
  readonly 'x-until': string;
}

/**
 * Keep the components that our overlays refer to and a new version no longer has: the schemas of an overlay are ours,
 * and do not go because upstream no longer has a part of them.
 *
 * @param document - The new version, before overlays.
 * @param before - The last version, before overlays, with what was kept for it.
 * @throws {PipelineError} naming the overlay that refers to what neither has.
 */
export function keepDropped(document: JsonObject, before: JsonObject, overlays: readonly Overlay[]): Kept[] {
  const effective = structuredClone(document);
  settleOverlays(effective, overlays);
  // Of components alone: an operation that upstream dropped is not kept by what an overlay said of it.
  const dangling = new Set(
    referencesIn(effective.components ?? {}).filter((reference) => !leadsSomewhere(effective, reference)),
  );
  const kept = new Map<string, Kept>();
  const keep = (reference: string, file: string): void => {
    const [, kind = '', name = ''] = keysOf(reference);
    const place = `$.components${segment(kind)}${segment(name)}`;
    if (kept.has(place) || leadsSomewhere(effective, reference)) return;
    if (!leadsSomewhere(before, reference)) {
      throw new PipelineError(
        `${file}: refers to ${reference}, which neither upstream nor another overlay has. Correct the reference, or add what it refers to.`,
      );
    }
    const component = resolve(before, { $ref: `#/components/${kind}/${name}` });
    kept.set(place, {
      target: `$.components${segment(kind)}`,
      description: `As upstream had it before it dropped it; our overlays refer to it. Goes when none does.`,
      'x-until': place,
      update: { [name]: component },
    });
    for (const inner of referencesIn(component)) keep(inner, file);
  };
  for (const { file, actions } of overlays)
    for (const { change } of actions)
      for (const reference of change.kind === 'update' ? referencesIn(change.value) : [])
        if (dangling.has(reference)) keep(reference, file);
  return [...kept.values()];
}

function referencesIn(value: JsonValue): string[] {
  const references: string[] = [];
  walk(value, ({ $ref }) => {
    if (typeof $ref === 'string' && $ref.startsWith('#/components/')) references.push($ref);
  });
  return references;
}

function leadsSomewhere(document: JsonObject, $ref: string): boolean {
  try {
    return isObject(resolve(document, { $ref }));
  } catch {
    return false;
  }
}
