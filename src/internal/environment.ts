/**
 * A variable of the process's environment; `undefined` where the runtime has none, as in browsers, and where it may not be
 * read, as in Deno without `--allow-env`.
 */
export function environmentVariable(name: string): string | undefined {
  // Typed by hand: the runtimes differ in what `process` is, and some lack it.
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  try {
    return process?.env?.[name]?.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether this runs in a page, where everybody can read what the code holds. */
export const isBrowser = (): boolean =>
  typeof window !== 'undefined' && typeof window.document !== 'undefined' && typeof navigator !== 'undefined';
