/** Whether a text starts like a JSON object or list, and does not end like one. */
export function isTruncatedJson(text: string): boolean {
  const first = text.trimStart()[0];
  const last = text.trimEnd().at(-1);
  return (first === '{' && last !== '}') || (first === '[' && last !== ']');
}
