import type { Change, Drift } from '../../codegen/drift/drift.js';
import { findDrift } from '../../codegen/drift/find-drift.js';
import type { JsonObject } from '../../codegen/description/json.js';
import { readOverlays } from '../../codegen/overlay/overlay.js';
import { readText, readYaml } from '../../codegen/files/read-yaml.js';

const vendored = readYaml('spec/openapi.yaml') as JsonObject;
const effective = readYaml('generated/openapi.yaml') as JsonObject;
const types = readText('generated/types.gen.ts') + readText('generated/params.gen.ts');

/** A copy of the vendored description, to change. */
export const vendoredCopy = (): JsonObject => structuredClone(vendored);

/** How upstream differs, if it is the vendored description with a change. */
export function driftOf(change: (document: JsonObject) => void, { overlays = false } = {}): Drift {
  const document = vendoredCopy();
  change(document);
  return findDrift({
    vendored: { name: 'spec/openapi.yaml', document: vendored },
    upstream: { name: 'upstream', document },
    overlays: overlays ? readOverlays('overlays') : [],
    effective,
    types,
    files: new Map(),
  });
}

/** How one small description differs from another. */
export const driftBetween = (before: JsonObject, after: JsonObject): Drift =>
  findDrift({
    vendored: { name: 'before', document: before },
    upstream: { name: 'after', document: after },
    overlays: [],
    effective: { openapi: '3.1.0', paths: {} },
    types: '',
    files: new Map(),
  });

export interface Said extends Change {
  readonly of: string;
}

/** Every change, with the operation or schema that it is of. */
export const changesIn = ({ subjects }: Drift): Said[] =>
  subjects.flatMap(({ name, changes }) => changes.map((change) => ({ of: name, ...change })));

/** `breaking property-removed ChatRequest seed`: every change on one line. */
export const linesOf = (drift: Drift): string[] =>
  changesIn(drift).map((change) =>
    [change.class, change.kind, change.of, change.place].filter(Boolean).join(' '),
  );
