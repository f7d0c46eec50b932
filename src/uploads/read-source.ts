import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { chunksOf } from '../internal/chunks-of.js';
import type { ByteSource } from './read-upload.js';

/** Bytes of our own: a chunk may be a window on a buffer that its producer uses again. */
type Bytes = Uint8Array<ArrayBuffer>;

/** What was read of a source: all of it, or a beginning and the way on. */
export interface SourceStart {
  readonly beginning: readonly Bytes[];
  /** `undefined` when the source has ended. */
  readonly rest: AsyncIterator<Bytes, void> | undefined;
}

/**
 * Read a source up to so many bytes. A small one can then be sent again if it has to.
 *
 * @throws {MistralError} if the source fails, with its own error as `cause`.
 */
export async function startSource(
  source: ByteSource,
  name: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<SourceStart> {
  signal?.throwIfAborted();
  const chunks = readSource(source, name);
  // What is left of the source is let go of; a chunk that never comes cannot hold it.
  const leave = () => void chunks.return();
  signal?.addEventListener('abort', leave, { once: true });
  const beginning: Bytes[] = [];
  try {
    for (let size = 0; size <= maxBytes;) {
      const { done, value } = await chunks.next();
      if (done) return { beginning, rest: undefined };
      beginning.push(value);
      size += value.byteLength;
    }
    return { beginning, rest: chunks };
  } finally {
    signal?.removeEventListener('abort', leave);
  }
}

async function* readSource(source: ByteSource, name: string): AsyncGenerator<Bytes, void> {
  try {
    for await (const chunk of chunksOf<unknown>(source)) yield toBytes(chunk);
  } catch (cause) {
    if (MistralError.isInstance(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MistralError(`The file \`${name}\` could not be read to its end: ${reason}`, { cause });
  }
}

function toBytes(chunk: unknown): Bytes {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk.slice(0));
  if (ArrayBuffer.isView(chunk))
    return Uint8Array.from(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  throw new ArgumentError('A stream of a file must yield bytes or text');
}
