const encoder = /* @__PURE__ */ new TextEncoder();

/** The beginning of a text that fits into so many bytes of UTF-8, whole characters only. */
export function bounded(text: string, maxBytes: number): string {
  // A UTF-16 unit is three bytes of UTF-8 at the most.
  if (text.length * 3 <= maxBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
