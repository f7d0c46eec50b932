import { isObject, type JsonObject } from '../description/json.js';
import { isMethodName } from '../description/operations.js';
import { reachedComponents } from '../description/reach.js';
import { nameOfRoute, placeOf, routesOf, writtenOperations } from '../description/routes.js';
import { readVendored } from '../files/read-vendored.js';
import { actionsIn, byAudience, readOverlays, type Action, type Overlay } from '../overlay/overlay.js';
import { settleOverlays } from '../overlay/settle.js';
import { isKept } from '../propose/keep-dropped.js';
import { isProposal } from '../propose/proposal.js';
import { repairSpelling } from '../repair/repair-document.js';
import type { Project } from './project.js';

/** The version that is vendored. */
export interface LastVersion {
  readonly overlays: readonly Overlay[];
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
    byAudience(overlays).forAll.filter((overlay) => !isKept(overlay)),
  );
  const offered = new Set(
    routesOf(effective).map(({ path, method }) => nameOfRoute({ pathKey: path, method })),
  );
  for (const { pathKey, method, item } of writtenOperations(document))
    if (!offered.has(nameOfRoute({ pathKey: pathKey.replace(/#.*$/, ''), method }))) delete item[method];
  return { overlays, document, effective, reviewedSchemas: reviewedSchemasIn(effective, overlays) };
}

function reviewedSchemasIn(effective: JsonObject, overlays: readonly Overlay[]): ReadonlySet<string> {
  const unreviewed = new Set(
    actionsIn(overlays)
      .filter(({ action }) => isProposal(action) && isName(action))
      .map(({ action }) => action.target),
  );
  const reviewed = routesOf(effective).filter(
    (route) => isMethodName(route.id) && !unreviewed.has(placeOf(route)),
  );
  const definitions = reviewed.flatMap(({ definition, parameters }) => [definition, [...parameters]]);
  const { pathItems } = isObject(effective.components) ? effective.components : {};
  const prefix = 'schemas ';
  return new Set(
    [...reachedComponents(effective, ...definitions, pathItems)]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length)),
  );
}

const isName = ({ change }: Action): boolean =>
  change.kind === 'update' && isObject(change.value) && 'operationId' in change.value;
