import { MistralError } from './mistral-error.js';

/** Attach the partial result to an error. It is not logged with the error, as it is user content. */
export function attachPartial(error: unknown, partial: unknown): void {
  if (!MistralError.isInstance(error)) return;
  // Defining it on a frozen error would throw, and hide that error.
  Reflect.defineProperty(error, 'partial', { value: partial, configurable: true, writable: true });
}
