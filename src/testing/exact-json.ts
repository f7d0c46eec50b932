/**
 * The object or list that a text is as JSON; `undefined` for any other text, and for one with a number that JavaScript has
 * not as exactly as it stands there.
 */
export function exactJson(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text) || !/[\]}]\s*$/.test(text.slice(-100))) return undefined;
  try {
    const value = JSON.parse(text) as object;
    return hasLongNumber(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

const hasLongNumber = (json: string): boolean =>
  /\d(?:\.?\d){15}/.test(json.replace(/"(?:[^"\\]|\\.)*"/gs, ''));
