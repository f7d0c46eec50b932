import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/** A job was waited for, and ended without success: it failed, ran out of time, or was cancelled. */
export class JobFailedError<Job = unknown> extends MistralError {
  static override readonly kind = 'JobFailedError';
  declare readonly name: 'JobFailedError';
  /** How it ended, such as `FAILED`, `TIMEOUT_EXCEEDED`, `CANCELLED`, or `error` for a document. */
  readonly status: string;
  /** The job, or the document, as it was read last. Not shown where the error is logged: it may hold content. */
  declare readonly job: Job;

  constructor(subject: string, status: string, job: Job, reasons: readonly string[]) {
    super(`${subject} ended as ${status}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`);
    setContentFree(this, `${subject} ended as ${status}`);
    this.status = status;
    Object.defineProperty(this, 'job', { value: job });
  }
}
