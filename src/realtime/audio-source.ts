import { ArgumentError } from '../errors/argument-error.js';
import { checkIteratorResult } from '../errors/check-iterator-result.js';
import { isIterable, isWebStream, readerOf, type BodyReader } from '../internal/response-body.js';
import type { AudioBytes } from './audio-bytes.js';

/** A source of audio: an async generator, a Node stream, a web stream. Its chunks may be split anywhere. */
export type AudioSource = AsyncIterable<AudioBytes> | ReadableStream<AudioBytes>;

/** Uses a reader if there is one: not every browser can iterate a `ReadableStream`. */
export function starterOf(owner: string, audio: AudioSource): () => BodyReader {
  if (isWebStream(audio)) return () => audio.getReader();
  if (isIterable(audio)) {
    return () => {
      const chunks = audio[Symbol.asyncIterator]();
      const next = async () => checkIteratorResult(await chunks.next(), owner);
      return readerOf(audio, { next, return: async () => chunks.return?.() ?? done });
    };
  }
  throw new ArgumentError(
    `${owner}: the audio must be a stream, or an async iterable, of bytes; for bytes in memory use \`transcribeLive()\` and \`send()\``,
  );
}

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };
