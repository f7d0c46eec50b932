/** The beginning of a text that fits into so many bytes of UTF-8, whole characters only. */
export function truncateUtf8(text: string, maxBytes: number): string {
  // A UTF-16 unit is three bytes of UTF-8 at the most.
  if (text.length * 3 <= maxBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += bytesOf(character.codePointAt(0)!);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Counted by hand: errors are made where there is no `TextEncoder`, too, as in the jsdom of Jest. */
const bytesOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
