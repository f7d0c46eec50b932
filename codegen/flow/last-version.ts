import { isObject, type JsonObject } from '../description/json.js';
import { isMethodName } from '../description/operations.js';
import { reachedComponents } from '../description/reach.js';
import { httpMethods, routesOf } from '../description/routes.js';
import { readVendored } from '../files/read-vendored.js';
import { readOverlays, type Overlay } from '../overlay/overlay.js';
import { settleOverlays, withoutActions } from '../overlay/settle.js';
import { isKept } from '../propose/keep-dropped.js';
import { isProposal } from '../propose/proposal.js';
import { repairSpelling } from '../repair/repair-document.js';
import type { Project } from './project.js';

/** The version that is vendored. */
export interface LastVersion {
  /**
   * Before overlays, with what was kept for it of the one before, and without operations that the overlays leave out:
   * nobody misses these.
   */
  readonly document: JsonObject;
  /** With its overlays. */
  readonly effective: JsonObject;
  /** Schemas of operations whose names somebody has reviewed: the names of the other types are nobody's yet. */
  readonly reviewedSchemas: ReadonlySet<string>;
}

export function lastVersion({ spec, overlays: folder }: Pick<Project, 'spec' | 'overlays'>): LastVersion {
  const document = readVendored(spec);
  repairSpelling(document);
  const overlays = readOverlays(folder);
  settleOverlays(document, overlays.filter(isKept));
  const effective = structuredClone(document);
  settleOverlays(
    effective,
    overlays.filter((overlay) => !isKept(overlay) && !overlay.generatorsOnly),
  );
  const offered = new Set(routesOf(effective).map(({ path, method }) => `${method} ${path}`));
  for (const [path, item] of Object.entries(document.paths as Record<string, JsonObject>))
    for (const method of httpMethods)
      if (!offered.has(`${method.toUpperCase()} ${path.replace(/#.*$/, '')}`)) delete item[method];
  return { document, effective, reviewedSchemas: reviewedSchemasIn(document, overlays) };
}

function reviewedSchemasIn(document: JsonObject, overlays: readonly Overlay[]): ReadonlySet<string> {
  const proposals = overlays.flatMap(({ actions }) =>
    actions.filter(isProposal).map((action) => ({ action })),
  );
  const reviewed = structuredClone(document);
  settleOverlays(
    reviewed,
    withoutActions(overlays, proposals).filter((overlay) => !isKept(overlay) && !overlay.generatorsOnly),
  );
  const named = routesOf(reviewed).filter(({ id }) => isMethodName(id));
  const definitions = named.flatMap(({ definition, parameters }) => [definition, [...parameters]]);
  const { pathItems } = isObject(reviewed.components) ? reviewed.components : {};
  const reached = reachedComponents(reviewed, ...definitions, pathItems);
  const prefix = 'schemas ';
  return new Set(
    [...reached].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
  );
}
