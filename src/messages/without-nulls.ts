/** A copy without fields that are `null` or `undefined`: servers write absent fields in both ways. */
export function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in fields) {
    const value = fields[name];
    // An assignment would set the prototype.
    if (value !== null && value !== undefined && name !== '__proto__') kept[name] = value;
  }
  return kept;
}
