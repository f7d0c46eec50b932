import { MistralError } from './mistral-error.js';

/** Add to an error what was there when it came. Not shown where an error is logged: it is what people wrote and read. */
export function attachPartial(error: unknown, partial: unknown): void {
  if (!MistralError.isInstance(error)) return;
  // Not of an error that is frozen: it says more than what would be thrown instead.
  Reflect.defineProperty(error, 'partial', { value: partial, configurable: true, writable: true });
}
