import type { JsonObject } from '../description/json.js';
import { httpMethods, routesOf } from '../description/routes.js';
import { readVendored } from '../files/read-vendored.js';
import { readOverlays } from '../overlay/overlay.js';
import { settleOverlays } from '../overlay/settle.js';
import { isKept } from '../propose/keep-dropped.js';
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
  return { document, effective };
}
