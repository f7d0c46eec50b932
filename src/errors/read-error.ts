import { drain } from '../internal/drain.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import { scrubHeaders } from '../internal/scrub.js';
import { errorFromResponse, type APIError } from './api-error.js';
import { abortOf, failureOf, type FailureContext } from './failure-of.js';

export interface FailedResponse extends FailureContext {
  readonly response: Response;
}

/** More of an error body is not useful. */
const maxErrorBytes = 1024 * 1024;

/** The error for a failed response, with as much of its body as arrives. */
export async function readError(context: FailedResponse): Promise<APIError> {
  const { response, cancellation, call, scrub } = context;
  const { text, end } = await drain(response, cancellation, maxErrorBytes);
  if (cancellation.aborted) throw abortOf(cancellation);
  // The status alone tells what went wrong, if the body is lost.
  const cause =
    end.kind === 'failed'
      ? { cause: failureOf(context, 'was cut off in the middle of its error', end.cause) }
      : {};
  const { status, statusText } = response;
  const head = { status, statusText: scrub(statusText), headers: scrubHeaders(response.headers, scrub) };
  return errorFromResponse(call, head, scrub(parseOrKeep(text)), cause);
}
