import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { isArrayBuffer } from '../internal/is-array-buffer.js';
import type { BodyReader, ReadableBody } from '../internal/response-body.js';

/** A copy of the bytes: a chunk may be a view of a buffer that its producer reuses. */
type Bytes = Uint8Array<ArrayBuffer>;

/** A source that was read completely, or its beginning and the rest. */
export interface SourceStart {
  readonly beginning: readonly Bytes[];
  /** `undefined` when the source has ended. */
  readonly rest: SourceReader | undefined;
}

/**
 * Read a source up to a number of bytes. A small one can then be sent again for a retry.
 *
 * @param signal - Closes the source when it aborts, also while nobody reads it.
 * @throws {MistralError} if the source fails, with its own error as `cause`.
 */
export async function startSource(
  source: ReadableBody,
  name: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<SourceStart> {
  signal?.throwIfAborted();
  const reader = new SourceReader(source.getReader(), name, signal);
  const beginning: Bytes[] = [];
  for (let size = 0; size <= maxBytes;) {
    const chunk = await reader.read();
    if (!chunk) return { beginning, rest: undefined };
    beginning.push(chunk);
    size += chunk.byteLength;
  }
  return { beginning, rest: reader };
}

/** Reads a source, and closes it in any case. */
export class SourceReader {
  readonly #reader: BodyReader;
  readonly #name: string;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.close();

  constructor(reader: BodyReader, name: string, signal: AbortSignal | undefined) {
    this.#reader = reader;
    this.#name = name;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The next chunk; `undefined` at the end. */
  async read(): Promise<Bytes | undefined> {
    try {
      const { done, value } = await this.#reader.read();
      // A cancelled source ends as if it were complete.
      this.#signal?.throwIfAborted();
      if (!done) return toBytes(value);
    } catch (cause) {
      this.close();
      if (MistralError.isInstance(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MistralError(`The file \`${this.#name}\` could not be read to its end: ${reason}`, { cause });
    }
    this.#signal?.removeEventListener('abort', this.#onAbort);
    return undefined;
  }

  /** Cancel the source, including a pending read. */
  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    void this.#reader.cancel().catch(() => undefined);
  }
}

function toBytes(chunk: unknown): Bytes {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  if (isArrayBuffer(chunk)) return new Uint8Array(chunk.slice(0));
  if (ArrayBuffer.isView(chunk))
    return Uint8Array.from(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  throw new ArgumentError('A stream of a file must yield bytes or text');
}
