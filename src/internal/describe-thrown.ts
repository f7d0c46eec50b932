/** The words of whatever was thrown. Anything can be: also what has no words, or throws when it is asked for them. */
export function describeThrown(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something that cannot be written as text was thrown';
  }
}
