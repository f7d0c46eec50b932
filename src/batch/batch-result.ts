import { errorFromResponse } from '../errors/api-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';

/** The result of one request, with its input. */
export type BatchResult<Input, Output> = {
  /** The request's index in the source, from 0. */
  readonly index: number;
  /** The id that links a request and its result in the files of the job. */
  readonly customId: string;
  readonly jobId: string;
  /** The same object as in the source. */
  readonly input: Input;
} & (
  | { readonly output: Output; readonly error: undefined }
  /** An {@link APIError} by status, if the API gave one. */
  | { readonly output: undefined; readonly error: MistralError }
);

/** A line of the result files of a batch job. */
export interface BatchLine<Output = unknown> {
  readonly id?: string;
  readonly custom_id?: string | null;
  readonly response?: { readonly status_code?: number | string; readonly body?: Output } | null;
  readonly error?: unknown;
}

export type Outcome<Output> =
  | { readonly output: Output; readonly error: undefined }
  | { readonly output: undefined; readonly error: MistralError };

/** @param call - Names the request in the error. */
export function outcomeOf<Output>({ response, error }: BatchLine<Output>, call: string): Outcome<Output> {
  const status = Number(response?.status_code ?? 0);
  if (status >= 400) {
    const head = { status, statusText: '', headers: new Headers() };
    return { output: undefined, error: errorFromResponse(call, head, response?.body ?? error) };
  }
  const hasBody = isRecord(response) && response.body !== undefined && response.body !== null;
  if (hasBody && (error === undefined || error === null))
    return { output: response.body as Output, error: undefined };
  return { output: undefined, error: new MistralError(`${call} failed: ${reasonOf(error)}`) };
}

function reasonOf(error: unknown): string {
  if (error === undefined || error === null) return 'its result has no body';
  const message = isRecord(error) ? error.message : error;
  return typeof message === 'string' ? message : JSON.stringify(error);
}
