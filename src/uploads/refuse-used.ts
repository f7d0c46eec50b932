import { ArgumentError } from '../errors/argument-error.js';

/** The streams and iterators whose reading was begun. */
const begun = new WeakSet<object>();

/** Remember that a source is read from now on. An iterable that gives a new iterator each time can be read again. */
export function markUsed(source: object): void {
  if (['getReader', 'pipe', 'next'].some((name) => name in source)) begun.add(source);
}

/**
 * What was read before would be uploaded as a file without its bytes, and nobody would notice.
 *
 * @throws {ArgumentError} for a stream that was read, is being read, or was uploaded before.
 */
export function refuseUsed(source: object): void {
  if (!begun.has(source) && !wasRead(source)) return;
  throw new ArgumentError(
    'The stream was read or uploaded before, or is being read, and can be read only once; open it anew for each upload',
  );
}

function wasRead(source: object): boolean {
  const { locked, readableDidRead, destroyed } = source as {
    readonly locked?: boolean;
    /** Of a Node stream, as is the next. */
    readonly readableDidRead?: boolean;
    readonly destroyed?: boolean;
  };
  if (locked === true || readableDidRead === true || destroyed === true) return true;
  if (typeof ReadableStream === 'undefined' || !(source instanceof ReadableStream)) return false;
  try {
    // Streams do not say whether they were read, and what takes a body refuses one that was.
    return new Response(source).bodyUsed;
  } catch {
    return true;
  }
}
