import { MistralError } from '../errors/mistral-error.js';
import type { Difference } from './differences.js';

/** A request that a cassette has no answer for, or an answer that goes on where its recording ends. */
export class CassetteError extends MistralError {
  static override readonly kind: string = 'CassetteError';
  declare readonly name: string;
  /** Where the request and the nearest recording differ. They hold parts of bodies, and are not printed with the error. */
  declare readonly differences: readonly Difference[];

  constructor(message: string, differences: readonly Difference[] = []) {
    super(message);
    Object.defineProperty(this, 'differences', { value: differences });
  }
}
