/** The name of a thrown value, if it is a plain one: foreign errors may have any value there, or throw when it is read. */
export function errorName(error: unknown): string {
  try {
    const name: unknown = error instanceof Error ? error.name : undefined;
    return typeof name === 'string' && /^[\w$.]{1,64}$/.test(name) ? name : '_OTHER';
  } catch {
    return '_OTHER';
  }
}
