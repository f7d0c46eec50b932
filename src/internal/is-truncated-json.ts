/** Whether a text begins as JSON does, and does not end as it does. */
export function isTruncatedJson(text: string): boolean {
  const first = text.trimStart()[0];
  const last = text.trimEnd().at(-1);
  return (first === '{' && last !== '}') || (first === '[' && last !== ']');
}
