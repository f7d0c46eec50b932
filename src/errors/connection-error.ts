import { MistralError } from './mistral-error.js';

/** No answer arrived: the name did not resolve, the connection was refused, reset or cut. See `cause`. */
export class ConnectionError extends MistralError {
  override readonly name: string = 'ConnectionError';
}
