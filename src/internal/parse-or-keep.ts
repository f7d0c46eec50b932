/** The JSON in a text, or the text itself where there is none: errors come as either. */
export function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
