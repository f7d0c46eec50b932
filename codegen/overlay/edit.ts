import { isMap, isSeq, LineCounter, parseDocument, stringify, type YAMLMap } from 'yaml';

import type { JsonValue } from '../json.js';

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
  const lines = text.split('\n');
  const edited = edits
    .toSorted((a, b) => b.index - a.index)
    .map((edit): Edited => {
      const action = actions.items[edit.index]!;
      const [start, end] = action.range!;
      const firstLine = lineCounter.linePos(start).line;
      const lastLine = lineCounter.linePos(end - 1).line;
      if (edit.kind === 'delete') {
        lines.splice(firstLine - 1, lastLine - firstLine + 1);
        return { edit, firstLine, lastLine };
      }
      const line = lines.findIndex((each, at) => at >= firstLine - 1 && /^\s*x-expect:/.test(each));
      lines[line] = lines[line]!.replace(/\d+/, String(edit.matches));
      return { edit, firstLine: line + 1, lastLine: line + 1 };
    });
  const deleted = edits.filter(({ kind }) => kind === 'delete').length;
  return {
    text: deleted === actions.items.length ? undefined : lines.join('\n'),
    edited: edited.toReversed(),
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
    throw new Error('The overlay is no object.');
  const list = stringify(actions, { lineWidth: 0, aliasDuplicateObjects: false }).replace(/^(?=.)/gm, '  ');
  return `${before}\n${list}`;
}
