import { abortOf } from '../errors/failure-of.js';
import { ResponseError } from '../errors/response-error.js';
import { drain } from '../internal/drain.js';
import { bodyOf } from '../internal/response-body.js';
import { ResponseEvents, type ReadingOptions, type StreamedResponse } from './response-events.js';

/** A response that may turn out not to be an event stream. */
export interface OpeningAnswer extends StreamedResponse {
  /** Ends the time limit for the first event. */
  handOver(): void;
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
  answer: OpeningAnswer,
  options: OpeningOptions,
): Promise<ResponseEvents<Event>> {
  const { response } = answer;
  const type = response.headers.get('content-type');
  const isStream = type === null ? options.allowUntyped : /^text\/event-stream\b/i.test(type);
  const body = isStream ? bodyOf(response, 'text') : null;
  if (!body) throw await notAStream(answer);
  answer.handOver();
  // Only its reader is used.
  const events = new ResponseEvents<Event>(body as ReadableStream<Uint8Array>, answer, options);
  await events.readFirst();
  return events;
}

const excerptBytes = 4096;

async function notAStream(answer: StreamedResponse): Promise<Error> {
  const { signal } = answer.following.controller;
  const { text } = await drain(answer.response, signal, excerptBytes);
  if (signal.aborted) return abortOf(answer.following);
  const type = answer.response.headers.get('content-type')?.split(';', 1)[0] || 'no content type';
  return new ResponseError(`Expected an event stream, got ${type} (${answer.call})`, answer, text);
}
