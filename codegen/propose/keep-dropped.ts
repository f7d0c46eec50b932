import { basename } from 'node:path';

import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { nameOfRoute, placeOf, routesOf, type Route } from '../description/routes.js';
import type { Overlay } from '../overlay/overlay.js';
import { settleOverlays } from '../overlay/settle.js';
import { PipelineError } from '../run/pipeline-error.js';
import { keysOf, resolve } from '../description/schema.js';
import { segment, visit } from '../description/visit.js';
import type { Proposal } from './proposal.js';
import { readProposal } from './propose.js';

/** The overlay that has what upstream dropped: before all others, which change it as they did when it was upstream's. */
export const keptFile = '05-kept.overlay.yaml';

/** Something of the last version that stays, as it was; once upstream has it again, the action ends. */
export interface Kept extends Proposal {
  /** The operation or component that is kept. */
  readonly 'x-until': string;
}

/** What a maintainer decides about operations that upstream dropped. */
export interface Dropping {
  /** When upstream's new version is from: `2026-07-15`. */
  readonly date: string;
  /** Whether an operation goes with upstream: `DELETE /v1/lamps/{lamp_id}`. The others stay, deprecated. */
  readonly isDropped: (route: string) => boolean;
}

/**
 * Keep what a new version no longer has: operations, with the components that they refer to, and the components that our
 * overlays refer to, since the schemas of an overlay are ours, and do not go because upstream no longer has a part of them.
 *
 * @param document - The new version, before overlays.
 * @param before - The last version, before overlays, with what was kept for it.
 * @throws {PipelineError} naming the overlay that refers to what neither has.
 */
export function keepDropped(
  document: JsonObject,
  before: JsonObject,
  overlays: readonly Overlay[],
  dropping: Dropping,
): Kept[] {
  const had = structuredClone(document);
  settleOverlays(had, overlays.filter(isKept));
  const kept = new Map<string, Kept>();
  const keep = (reference: string, inDocument: JsonObject, reason: string, file: string): void => {
    const [, kind = '', name = ''] = keysOf(reference);
    const place = `$.components${segment(kind)}${segment(name)}`;
    if (kept.has(place) || leadsSomewhere(inDocument, reference)) return;
    if (!leadsSomewhere(before, reference)) {
      throw new PipelineError(
        `${file}: refers to ${reference}, which neither upstream nor another overlay has. Correct the reference, or add what it refers to.`,
      );
    }
    const component = resolve(before, { $ref: `#/components/${kind}/${name}` });
    kept.set(place, {
      target: `$.components${segment(kind)}`,
      description: `As upstream had it before it dropped it; ${reason}. Goes when none does.`,
      'x-until': place,
      update: { [name]: component },
    });
    for (const inner of referencesIn(component)) keep(inner, inDocument, reason, file);
  };

  for (const route of routesOf(before)) {
    const { pathKey, method } = route;
    const name = nameOfRoute(route);
    if (dropping.isDropped(name) || hasOperation(had, route)) continue;
    const place = placeOf(route);
    const operation = asDeprecated(route, dropping.date);
    kept.set(place, {
      target: '$.paths',
      description: `Upstream dropped it by ${dropping.date}; it stays, deprecated. Goes once a maintainer drops it: \`npm run update-spec -- FILE_OR_URL --drop '${name}'\`.`,
      'x-until': place,
      update: { [pathKey]: { [method.toLowerCase()]: operation } },
    });
    for (const reference of referencesIn(operation))
      keep(reference, had, 'an operation that is kept refers to it', name);
  }

  const effective = structuredClone(document);
  settleOverlays(effective, [...overlays.filter(isKept), overlayOf([...kept.values()]), ...overlays]);
  // Of components alone: an operation that upstream dropped is not kept by what an overlay said of it.
  const dangling = new Set(
    referencesIn(effective.components ?? {}).filter((reference) => !leadsSomewhere(effective, reference)),
  );
  for (const { file, actions } of overlays)
    for (const { change } of actions)
      for (const reference of change.kind === 'update' ? referencesIn(change.value) : [])
        if (dangling.has(reference)) keep(reference, effective, 'our overlays refer to it', file);
  return [...kept.values()];
}

/** Overlays with what is kept now put in its place: after what was kept before, and before all that changes it. */
export const withKept = (overlays: readonly Overlay[], kept: readonly Kept[]): readonly Overlay[] => [
  ...overlays.filter(isKept),
  overlayOf(kept),
  ...overlays.filter((overlay) => !isKept(overlay)),
];

export const isKept = ({ file }: Overlay): boolean => basename(file) === keptFile;

const overlayOf = (kept: readonly Kept[]): Overlay => ({
  file: keptFile,
  title: '',
  generatorsOnly: false,
  actions: kept.map(readProposal),
});

const hasOperation = (document: JsonObject, { pathKey, method }: Route): boolean => {
  const item = isObject(document.paths) ? document.paths[pathKey] : undefined;
  return isObject(item) && Object.hasOwn(item, method.toLowerCase());
};

/** An operation that stands alone, without what its path shares, and says that upstream has it no longer. */
function asDeprecated({ definition, parameters }: Route, date: string): JsonObject {
  return {
    ...definition,
    ...(parameters.length === 0 ? {} : { parameters: [...parameters] }),
    deprecated: true,
    'x-deprecation-message': `The API's description no longer has it, as of ${date}.`,
  };
}

function referencesIn(value: JsonValue): string[] {
  const references: string[] = [];
  visit(value, ({ $ref }) => {
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
