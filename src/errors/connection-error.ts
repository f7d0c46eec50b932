import { MistralError } from './mistral-error.js';

/** The response did not arrive completely: DNS failed, or the connection was refused, reset or closed. See `cause`. */
export class ConnectionError extends MistralError {
  static override readonly kind: string = 'ConnectionError';
  declare readonly name: string;
  override retryable = true;
}
