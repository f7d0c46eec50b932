/** A change of a text: what stands from `start` up to `end` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies changes that do not overlap; where several insert at one place, in the order that they were made in.
 *
 * @throws {Error} if two overlap, before anything is changed: a file is whole or as it was.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const { start, end, text: inserted } of inOrder(edits)) {
    if (start < position) throw new Error(`two changes overlap at offset ${start}`);
    result += text.slice(position, start) + inserted;
    position = end;
  }
  return result + text.slice(position);
}

/** By place; the same change twice is one. */
const inOrder = (edits: readonly Edit[]): Edit[] =>
  [...new Map(edits.map((edit) => [`${edit.start}:${edit.end}:${edit.text}`, edit])).values()].toSorted(
    (a, b) => a.start - b.start || a.end - b.end,
  );
