import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/** A line of a JSONL file is not JSON, or too long. */
export class JsonlError extends MistralError {
  static override readonly kind = 'JsonlError';
  declare readonly name: 'JsonlError';
  /** Counted from 1. */
  readonly lineNumber: number;

  constructor(lineNumber: number, problem: string, options?: ErrorOptions) {
    super(`Line ${lineNumber} ${problem}`, options);
    setContentFree(this, this.message);
    this.lineNumber = lineNumber;
  }
}
