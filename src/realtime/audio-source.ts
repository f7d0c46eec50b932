import { ArgumentError } from '../errors/argument-error.js';
import type { AudioBytes } from './audio-bytes.js';

/** Audio that comes by itself: an async generator, a Node stream, a web stream. Bytes, cut anywhere. */
export type AudioSource = AsyncIterable<AudioBytes> | ReadableStream<AudioBytes>;

/** A source while it is read. */
export interface StartedSource {
  next(): Promise<IteratorResult<AudioBytes, unknown>>;
  close(): Promise<unknown>;
}

/** Read through a reader where there is one: not every browser can iterate a `ReadableStream`. */
export function starterOf(owner: string, audio: AudioSource): () => StartedSource {
  const given = audio as Partial<ReadableStream<AudioBytes> & AsyncIterable<AudioBytes>> | null | undefined;
  if (typeof given?.getReader === 'function') {
    return () => {
      const reader = given.getReader!() as ReadableStreamDefaultReader<AudioBytes>;
      return {
        next: () => reader.read() as Promise<IteratorResult<AudioBytes, unknown>>,
        close: () => reader.cancel(),
      };
    };
  }
  if (typeof given?.[Symbol.asyncIterator] === 'function') {
    return () => {
      const iterator = given[Symbol.asyncIterator]!();
      return { next: () => iterator.next(), close: async () => iterator.return?.() };
    };
  }
  throw new ArgumentError(
    `${owner}: the audio must be a stream, or an async iterable, of bytes; for bytes in memory use \`transcribeLive()\` and \`send()\``,
  );
}
