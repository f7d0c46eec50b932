import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/** A job ended without success: it failed, timed out, or was cancelled. */
export class JobFailedError<Job = unknown> extends MistralError {
  static override readonly kind = 'JobFailedError';
  declare readonly name: 'JobFailedError';
  /** How it ended, such as `FAILED`, `TIMEOUT_EXCEEDED`, `CANCELLED`, or `error` for a document. */
  readonly status: string;
  /** The job or the document, as last read. Not logged with the error, as it may have content. */
  declare readonly job: Job;

  constructor(subject: string, status: string, job: Job, reasons: readonly string[]) {
    super(`${subject} ended as ${status}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`);
    setContentFree(this, `${subject} ended as ${status}`);
    this.status = status;
    Object.defineProperty(this, 'job', { value: job });
  }
}
