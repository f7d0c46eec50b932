import { MistralError } from '../errors/mistral-error.js';
import type { Difference } from './differences.js';

/** A request without a matching recording, or a stream that is read further than its recording goes. */
export class CassetteError extends MistralError {
  static override readonly kind: string = 'CassetteError';
  declare readonly name: string;
  /** Where the request and the nearest recording differ. Not printed with the error, as they contain parts of bodies. */
  declare readonly differences: readonly Difference[];

  constructor(message: string, differences: readonly Difference[] = []) {
    super(message);
    Object.defineProperty(this, 'differences', { value: differences });
  }
}
