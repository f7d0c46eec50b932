import { ArgumentError } from '../errors/argument-error.js';

/** The streams and iterators that were read, or are being read. */
const begun = new WeakSet<object>();

/** Remember that a source is being read. An iterable that returns a new iterator each time can be read again. */
export function markUsed(source: object): void {
  if (['getReader', 'pipe', 'next'].some((name) => name in source)) begun.add(source);
}

/**
 * A source that was read before would be uploaded as an empty file, unnoticed.
 *
 * @throws {ArgumentError} for a stream that was read, is being read, or was uploaded before.
 */
export function refuseUsed(source: object): void {
  if (!begun.has(source) && !wasRead(source)) return;
  throw new ArgumentError(
    'The stream was read or uploaded before, or is being read, and can be read only once; open a new one for each upload',
  );
}

function wasRead(source: object): boolean {
  const { locked, readableDidRead, destroyed } = source as {
    readonly locked?: boolean;
    /** Of a Node stream, like the next. */
    readonly readableDidRead?: boolean;
    readonly destroyed?: boolean;
  };
  if (locked === true || readableDidRead === true || destroyed === true) return true;
  if (typeof ReadableStream === 'undefined' || !(source instanceof ReadableStream)) return false;
  try {
    // Streams have no property for it, but a Response refuses a stream that was read.
    return new Response(source).bodyUsed;
  } catch {
    return true;
  }
}
