/** The message of a thrown value, which may be of any type, and may even throw when it is converted to text. */
export function describeThrown(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'a value that cannot be converted to text was thrown';
  }
}
