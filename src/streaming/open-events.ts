import { abortOf } from '../errors/failure-of.js';
import { ResponseError } from '../errors/response-error.js';
import { drain } from '../internal/drain.js';
import { bodyOf } from '../internal/response-body.js';
import { ResponseEvents, type ReadingOptions, type StreamedResponse } from './response-events.js';

/** A response that may turn out not to be an event stream. */
export interface OpeningResponse extends StreamedResponse {
  /** Ends the time limit for the first event. */
  detachBody(): void;
}

export interface OpeningOptions extends ReadingOptions {
  /** Whether a response without a content type may be an event stream. */
  readonly allowUntyped?: boolean;
}

/**
 * Read a response up to its first event: until then, a failure may be retried.
 *
 * @throws {ResponseError} if the response is not an event stream, with the beginning of its body.
 */
export async function openEvents<Event>(
  opening: OpeningResponse,
  options: OpeningOptions,
): Promise<ResponseEvents<Event>> {
  const { response } = opening;
  const type = response.headers.get('content-type');
  const isStream = type === null ? options.allowUntyped : /^text\/event-stream\b/i.test(type);
  const body = isStream ? bodyOf(response, 'text') : null;
  if (!body) throw await notAStream(opening);
  opening.detachBody();
  // Only its reader is used.
  const events = new ResponseEvents<Event>(body as ReadableStream<Uint8Array>, opening, options);
  await events.readFirst();
  return events;
}

const excerptBytes = 4096;

async function notAStream(opening: StreamedResponse): Promise<Error> {
  const { text } = await drain(opening.response, opening.cancellation, excerptBytes);
  if (opening.cancellation.aborted) return abortOf(opening.cancellation);
  const type = opening.response.headers.get('content-type')?.split(';', 1)[0] || 'no content type';
  return new ResponseError(`Expected an event stream, got ${type} (${opening.call})`, opening, text);
}
