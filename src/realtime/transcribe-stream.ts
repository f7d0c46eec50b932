import { ArgumentError } from '../errors/argument-error.js';
import { checkIteratorResult } from '../errors/check-iterator-result.js';
import type { LiveOptions } from './live-options.js';
import type { FindWebSocket } from './open-socket.js';
import { openLive, type RealtimeAccess } from './transcribe-live.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { AudioBytes } from './audio-bytes.js';
import type { LiveTranscription } from './live-transcription.js';
import type { TranscriptionSession } from './transcription-session.js';

/** Audio that comes by itself: an async generator, a Node stream, a web stream. Bytes, cut anywhere. */
export type AudioSource = AsyncIterable<AudioBytes> | ReadableStream<AudioBytes>;

/**
 * Transcribe a stream of audio, to its end. It is read no faster than the network takes it; when the session ends early,
 * it is closed.
 *
 * An error of the source ends the session, and is what the loop over it, and `result()`, throw.
 *
 * @throws {ArgumentError} if an option, or the source, cannot be right.
 *
 * @example
 * ```ts
 * import { transcribeStream } from 'mistral-sdk/realtime';
 *
 * const audio = createReadStream('speech.pcm');
 * const live = transcribeStream(mistral, audio, { model: 'voxtral-mini-transcribe-realtime-2602' });
 * for await (const text of live.text()) process.stdout.write(text);
 * ```
 */
export const transcribeStream = (
  access: RealtimeAccess,
  audio: AudioSource,
  options: LiveOptions,
): LiveTranscription => streamLive(access, audio, options, async () => options.WebSocket);

/** The same, for other ways to find a WebSocket. */
export function streamLive(
  access: RealtimeAccess,
  audio: AudioSource,
  options: LiveOptions,
  find: FindWebSocket,
): LiveTranscription {
  const start = starterOf(audio);
  const session = openLive('transcribeStream()', access, options, find);
  void pump(start, session);
  return session;
}

/** A source while it is read. */
interface Source {
  next(): Promise<IteratorResult<AudioBytes, unknown>>;
  close(): Promise<unknown>;
}

/** Read through a reader where there is one: not every browser can iterate a `ReadableStream`. */
function starterOf(audio: AudioSource): () => Source {
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
    'transcribeStream(): the audio must be a stream, or an async iterable, of bytes; for bytes in memory use `transcribeLive()` and `send()`',
  );
}

async function pump(start: () => Source, session: TranscriptionSession): Promise<void> {
  let source: Source | undefined;
  try {
    source = start();
    for (;;) {
      // A source that says nothing for long must not hold a session that is over.
      const piece = checkIteratorResult(
        await untilAborted(session.over, source.next()),
        'transcribeStream()',
      );
      if (piece.done) return await session.end();
      await session.send(piece.value);
    }
  } catch (error) {
    session.fail(error);
  }
  await source?.close().catch(() => undefined);
}
