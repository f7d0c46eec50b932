/** The types do not know it yet. */
interface WithWellFormed {
  toWellFormed?(): string;
}

/**
 * A text with lone surrogates replaced: truncated texts may have them, and strict parsers refuse them. Cheap if there are
 * none.
 */
export function wellFormed(text: string): string {
  const native = text as string & WithWellFormed;
  return native.toWellFormed ? native.toWellFormed() : text.replace(/\p{Surrogate}/gu, '\ufffd');
}
