const key = /* @__PURE__ */ Symbol.for('mistral-sdk.error.contentFree');
const cut = /* @__PURE__ */ Symbol.for('mistral-sdk.error.cut');

/**
 * Give an error a message without content of people, models or servers. Telemetry that must not record content records
 * this message, and for an error without one, only the name.
 */
export function setContentFree(error: Error, message: string): void {
  Object.defineProperty(error, key, { value: message, configurable: true });
}

/** The message of an error without content; `undefined` if it has none. */
export function contentFreeOf(error: unknown): string | undefined {
  const said = (error as { readonly [key]?: unknown } | null | undefined)?.[key];
  return typeof said === 'string' ? said : undefined;
}

/** Mark that the message quotes a truncated text: what has to be redacted may be truncated in it, and not be found. */
export function markTruncated(error: Error): void {
  Object.defineProperty(error, cut, { value: true });
}

/** Whether {@link markTruncated} was called for it. */
export const isCut = (error: unknown): boolean => typeof error === 'object' && error !== null && cut in error;
