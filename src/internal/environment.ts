/**
 * An environment variable; `undefined` where the runtime has none, as in browsers, and where reading is not permitted, as in
 * Deno without `--allow-env`.
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

/** Whether this runs in a page, where everybody can read the key. */
export const isBrowser = (): boolean =>
  typeof window !== 'undefined' && typeof window.document !== 'undefined' && typeof navigator !== 'undefined';
