import type { JsonObject } from '../description/json.js';
import type { Applied } from '../overlay/apply-overlays.js';
import type { Unsettled } from '../overlay/settle.js';

/** The figures of stages that several ways have. */
export const describePaths = ({ paths }: JsonObject): string => `${Object.keys(paths ?? {}).length} paths`;

export const describeReading = (document: JsonObject, repairs: number): string =>
  [describePaths(document), ...(repairs > 0 ? [`${repairs} repairs by rule`] : [])].join(', ');

export const describeApplied = ({ count, superseded }: Applied): string =>
  [`${count} actions applied`, ...superseded.map(skipped)].join('\n');

const skipped = ({ overlay, index, action, reason }: Unsettled): string =>
  `  skipped: ${overlay.file}: action ${index + 1} (${action.description}) ${reason} Delete it.`;
