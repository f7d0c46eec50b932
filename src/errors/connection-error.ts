import { MistralError } from './mistral-error.js';

/** No whole answer arrived: the name did not resolve, the connection was refused, reset or cut. See `cause`. */
export class ConnectionError extends MistralError {
  static override readonly kind: string = 'ConnectionError';
  declare readonly name: string;
  override retryable = true;
}
