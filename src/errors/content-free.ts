const key = /* @__PURE__ */ Symbol.for('mistral-sdk.error.contentFree');
const cut = /* @__PURE__ */ Symbol.for('mistral-sdk.error.cut');

/**
 * Say what an error tells without anything that people, models or servers wrote: without content. Telemetry that may
 * record no content records this, and of an error that has not said it, only the name.
 */
export function setContentFree(error: Error, message: string): void {
  Object.defineProperty(error, key, { value: message, configurable: true });
}

/** What an error tells without content; `undefined` if all it tells may be content. */
export function contentFreeOf(error: unknown): string | undefined {
  const said = (error as { readonly [key]?: unknown } | null | undefined)?.[key];
  return typeof said === 'string' ? said : undefined;
}

/** Say that the message quotes the beginning of a longer text: what is to be redacted in it may be cut, and not be found. */
export function markTruncated(error: Error): void {
  Object.defineProperty(error, cut, { value: true });
}

/** Whether {@link markTruncated} was said of it. */
export const isCut = (error: unknown): boolean => typeof error === 'object' && error !== null && cut in error;
