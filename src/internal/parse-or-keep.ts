/** The parsed JSON of a text, or the text itself if it is not JSON: errors come as either. */
export function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
