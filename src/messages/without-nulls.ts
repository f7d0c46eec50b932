/** A copy without the fields that are `null` or `undefined`: servers write what is absent in both ways. */
export function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in fields) {
    const value = fields[name];
    // As a name of its own it would set the prototype.
    if (value !== null && value !== undefined && name !== '__proto__') kept[name] = value;
  }
  return kept;
}
