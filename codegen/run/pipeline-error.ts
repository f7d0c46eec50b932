/**
 * A fault in what the pipeline was given: a file, an overlay action, an operation or a schema.
 *
 * The message is all a person sees, so it names the culprit and ends with what to do about it.
 * Anything else that is thrown is a bug of the pipeline itself and keeps its stack trace.
 */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
}

/** @throws {PipelineError} always. */
export function refuse(message: string): never {
  throw new PipelineError(message);
}
