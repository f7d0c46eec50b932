import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { JsonValue } from '../../codegen/description/json.js';
import { editOverlay } from '../../codegen/overlay/edit.js';
import type { Overlay } from '../../codegen/overlay/overlay.js';
import { supersededActions } from '../../codegen/overlay/settle.js';

/**
 * The files of overlays as a program may read them that knows nothing of `x-until`: without the actions that upstream
 * has superseded. Those that lose any are written anew, into the folder.
 */
export function applicableOverlays(
  upstream: JsonValue,
  overlays: readonly Overlay[],
  folder: string,
): string[] {
  const superseded = supersededActions(upstream, overlays);
  return overlays.flatMap((overlay) => {
    const edits = superseded
      .filter((each) => each.overlay === overlay)
      .map(({ index }) => ({ index, kind: 'delete' }) as const);
    if (edits.length === 0) return [overlay.file];
    const { text } = editOverlay(readFileSync(overlay.file, 'utf8'), edits);
    if (text === undefined) return [];
    mkdirSync(folder, { recursive: true });
    const file = join(folder, basename(overlay.file));
    writeFileSync(file, text);
    return [file];
  });
}
