import type { MistralError, NotRetried } from './mistral-error.js';

/** Add to an error why its call was not retried: to its message, and as a property. */
export function explainNotRetried(error: MistralError, notRetried: NotRetried, explanation: string): void {
  // A middleware may throw one error for many calls.
  if (error.notRetried !== undefined) return;
  const { message, stack } = error;
  Object.defineProperty(error, 'notRetried', { value: notRetried, enumerable: true });
  if (explanation === '') return;
  error.message = `${message.replace(/\.$/, '')}. ${explanation}`;
  // Runtimes copy the message into the stack when the error is created.
  error.stack = stack?.replace(message, () => error.message);
}
