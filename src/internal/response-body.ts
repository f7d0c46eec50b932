import { Cancellation } from './cancellation.js';
import { isArrayBuffer } from './is-array-buffer.js';
import { isPromise, untilAborted } from './until-aborted.js';

/** The part of a `ReadableStreamDefaultReader` that is used here. */
export interface BodyReader {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  /** Also ends a pending read. */
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** A readable body: a `ReadableStream`, or a substitute. */
export interface ReadableBody {
  getReader(): BodyReader;
}

/** What the body is read as: some runtimes have only text, and only bytes preserve a file. */
export type BodyUse = 'text' | 'bytes';

/**
 * The body of a response: a web stream or, as in node-fetch, React Native and old polyfills, a Node stream, `text()` or
 * `arrayBuffer()`.
 *
 * @returns `null` if there is no body.
 * @throws {TypeError} if the response has none of these.
 */
export function bodyOf(response: Response, use: BodyUse): ReadableBody | null {
  // By its type it is a stream; a replaced `fetch` may give something else.
  const body: unknown = response.body;
  if (isWebStream(body)) return body;
  if (body === null && isNative(response)) return null;
  return { getReader: () => readerOf(body, chunksOf(response, use), bytesIn) };
}

/** Whether {@link bodyOf} can read the response. */
export const isReadable = (response: Partial<Response>): boolean =>
  isWebStream(response.body) || isIterable(response.body) || readersOf(response, 'text').length > 0;

/** Discard an unused body, which frees its connection. Not awaited, as that may take long. */
export function discardBody(response: Response): void {
  const body: unknown = response.body;
  if (!isWebStream(body)) return destroy(body);
  const { cancel } = body as Partial<ReadableStream>;
  void (cancel ? body : body.getReader()).cancel().catch(() => undefined);
}

const isNative = (response: Response): boolean =>
  typeof Response !== 'undefined' && response instanceof Response;

export const isWebStream = (body: unknown): body is ReadableStream<Uint8Array> =>
  typeof (body as Partial<ReadableStream> | null | undefined)?.getReader === 'function';

export const isIterable = (body: unknown): body is AsyncIterable<unknown> =>
  typeof (body as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] === 'function';

type Whole = () => unknown;

/** The methods that read a response completely, the better suited one first. */
const readersOf = (response: Partial<Response>, use: BodyUse): Whole[] =>
  (use === 'text' ? (['text', 'arrayBuffer'] as const) : (['arrayBuffer', 'text'] as const))
    .filter((name) => typeof response[name] === 'function')
    .map((name) => () => response[name]!());

function chunksOf(response: Response, use: BodyUse): AsyncIterator<unknown> {
  const body: unknown = response.body;
  if (isIterable(body)) return body[Symbol.asyncIterator]();
  const [read] = readersOf(response, use);
  if (!read)
    throw new TypeError(
      'The response has no body that can be read: neither a web stream, nor an async iterator, `text()` or `arrayBuffer()`',
    );
  let isRead = false;
  return {
    async next() {
      if (isRead) return { done: true, value: undefined };
      isRead = true;
      return { done: false, value: await read() };
    },
  };
}

/** A reader for the iterator of `body`. The user of the chunks checks that they are bytes. */
export function readerOf(
  body: unknown,
  chunks: AsyncIterator<unknown>,
  convert: (chunk: unknown) => unknown = (chunk) => chunk,
): BodyReader {
  const left = new Cancellation();
  return {
    async read() {
      const { done = false, value } = await untilAborted(left, chunks.next());
      return done ? { done, value: undefined } : { done, value: convert(value) as Uint8Array };
    },
    async cancel(reason) {
      left.abort(reason);
      destroy(body);
      const closing = chunks.return?.();
      if (isPromise(closing)) void closing.then(undefined, () => undefined);
    },
    releaseLock: () => undefined,
  };
}

function bytesIn(chunk: unknown): unknown {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  return isArrayBuffer(chunk) ? new Uint8Array(chunk) : chunk;
}

/** Closes the connection of a Node stream at once; returning its iterator would wait for the next chunk. */
function destroy(body: unknown): void {
  (body as { destroy?: () => void } | null | undefined)?.destroy?.();
}
