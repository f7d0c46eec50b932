import { Cancellation } from './cancellation.js';
import { isArrayBuffer } from './is-array-buffer.js';
import { isPromise, untilAborted } from './until-aborted.js';

/** What reads a body: the part of a `ReadableStreamDefaultReader` that is used here. */
export interface BodyReader {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  /** Ends a pending read, too. */
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** A body that can be read: a `ReadableStream`, or what stands in for one. */
export interface ReadableBody {
  getReader(): BodyReader;
}

/** What of it is made: some runtimes give text alone, and bytes alone keep a file as it is. */
export type BodyUse = 'text' | 'bytes';

/**
 * The body of a response, read through what the response has: a web stream, or else, as of node-fetch, React Native and
 * old polyfills, a Node stream, `text()` or `arrayBuffer()`.
 *
 * @returns `null` where there is no body.
 * @throws {TypeError} if there is no way to read the response.
 */
export function bodyOf(response: Response, use: BodyUse): ReadableBody | null {
  // The type says that it is a stream, and what `fetch` is replaced with says otherwise.
  const body: unknown = response.body;
  if (isWebStream(body)) return body;
  if (body === null && isNative(response)) return null;
  return { getReader: () => readerOf(body, chunksOf(response, use), bytesIn) };
}

/** Whether {@link bodyOf} gives what can be read. */
export const isReadable = (response: Partial<Response>): boolean =>
  isWebStream(response.body) || isIterable(response.body) || readersOf(response, 'text').length > 0;

/** Let go of a body that nobody wants, which frees its connection. That may take as long as it likes. */
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

/** The methods that read all of a response, the better suited first. */
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

/** A reader of what an iterator gives; `body` is what it is of. What is not bytes is noticed where it is used. */
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
      const leaving = chunks.return?.();
      if (isPromise(leaving)) void leaving.then(undefined, () => undefined);
    },
    releaseLock: () => undefined,
  };
}

function bytesIn(chunk: unknown): unknown {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  return isArrayBuffer(chunk) ? new Uint8Array(chunk) : chunk;
}

/** A Node stream closes its connection by this; leaving its iterator waits for the chunk that is due. */
function destroy(body: unknown): void {
  (body as { destroy?: () => void } | null | undefined)?.destroy?.();
}
