import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/** A file that was uploaded for one call could not be deleted afterwards; see `cause`. It remains in the account. */
export class CleanupError extends MistralError {
  static override readonly kind = 'CleanupError';
  declare readonly name: 'CleanupError';
  /** The id of the remaining file, for `mistral.files.delete({ file_id })`. */
  readonly file_id: string;

  constructor(file_id: string, options: ErrorOptions) {
    super(`The uploaded file ${file_id} could not be deleted`, options);
    setContentFree(this, this.message);
    this.file_id = file_id;
  }
}
