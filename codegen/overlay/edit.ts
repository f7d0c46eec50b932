import { isMap, isSeq, LineCounter, parseDocument, stringify, type Scalar, type YAMLMap } from 'yaml';

import type { JsonValue } from '../description/json.js';

/** What is to be done with one action of an overlay file. */
export type Edit =
  | { readonly index: number; readonly kind: 'delete' }
  | { readonly index: number; readonly kind: 'recount'; readonly matches: number };

/** The lines of a file that an edit concerned, counted from 1. */
export interface Edited {
  readonly edit: Edit;
  readonly firstLine: number;
  readonly lastLine: number;
}

/**
 * Delete actions of an overlay, or correct their `x-expect`, and leave every other character as it is.
 *
 * @returns the new text, `undefined` when no action is left, and where the edits are in the old text.
 */
export function editOverlay(
  text: string,
  edits: readonly Edit[],
): { readonly text: string | undefined; readonly edited: readonly Edited[] } {
  const lineCounter = new LineCounter();
  const actions = parseDocument(text, { lineCounter }).get('actions');
  if (!isSeq<YAMLMap>(actions)) throw new Error('The overlay has no actions.');
  const changes = edits
    .toSorted((a, b) => a.index - b.index)
    .map((edit) => {
      const action = actions.items[edit.index]!;
      if (edit.kind === 'recount') {
        const [start, end] = (action.get('x-expect', true) as Scalar).range!;
        return { edit, start, end, by: String(edit.matches) };
      }
      // Whole lines, from the one with the dash.
      const start = text.lastIndexOf('\n', action.range![0]) + 1;
      const lineEnd = text.indexOf('\n', action.range![1] - 1);
      return { edit, start, end: lineEnd < 0 ? text.length : lineEnd + 1, by: '' };
    });
  const edited = changes.map(({ edit, start, end }): Edited => {
    const [firstLine, lastLine] = [start, end - 1].map((at) => lineCounter.linePos(at).line);
    return { edit, firstLine: firstLine!, lastLine: lastLine! };
  });
  // The last first, so that the others stay where they are.
  const next = changes.reduceRight(
    (before, { start, end, by }) => before.slice(0, start) + by + before.slice(end),
    text,
  );
  const deleted = edits.filter(({ kind }) => kind === 'delete').length;
  return {
    text: deleted === actions.items.length ? undefined : next,
    edited,
  };
}

/** Add actions at the end of an overlay, which is begun where there is none. */
export function appendActions(
  text: string | undefined,
  title: string,
  actions: readonly JsonValue[],
): string {
  const head = stringify({ overlay: '1.1.0', info: { title, version: '1.0.0' } });
  const before = text?.trimEnd() ?? `${head}actions:`;
  if (text !== undefined && !isMap(parseDocument(text).contents))
    throw new Error('The overlay is not an object.');
  const list = stringify(actions, { lineWidth: 0, aliasDuplicateObjects: false }).replace(/^(?=.)/gm, '  ');
  return `${before}\n${list}`;
}
