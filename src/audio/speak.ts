import type { AudioSpeechCompleteParams, AudioSpeechStreamParams } from '../../generated/params.gen.js';
import type { SpeechOutputFormat } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { eventsOf } from '../errors/events-of.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { isRecord } from '../internal/is-record.js';
import type { RequestOptions } from '../resources/method.js';
import { encodeAudio, type Recording } from './encode-audio.js';
import type { SpeechEvent } from './speech-chunks.js';
import { Speech } from './speech.js';
import { wavHeader, type WavFormat } from './wav-header.js';

/** `mistral.audio.speech`, or a test double. */
export interface SpeechClient {
  complete(
    params: AudioSpeechCompleteParams,
    options?: RequestOptions,
  ): PromiseLike<{ readonly audio_data: string }>;
  stream(params: AudioSpeechStreamParams, options?: RequestOptions): AsyncIterable<SpeechEvent>;
}

/** `Omit` would forget all names, as there may be other fields as well. */
type SpeechFields = {
  [
    Name in keyof AudioSpeechStreamParams as Name extends 'ref_audio' ? never : Name
  ]: AudioSpeechStreamParams[Name];
};

/** What to say, and how: the parameters of `audio.speech.complete`. */
export interface SpeakParams extends SpeechFields {
  /** A recording of a voice to speak with, in base64 or as it is. */
  readonly ref_audio?: string | Recording | null | undefined;
}

/** Options of {@link speak}: those of a call, and one more. */
export interface SpeakOptions extends RequestOptions {
  /**
   * Put the header of a WAV file before the samples of `response_format: 'pcm'`. Players understand a stream of it, although its
   * header does not know the length.
   */
  readonly wav?: WavFormat | undefined;
}

/**
 * Turn text into speech.
 *
 * The whole audio comes in one response, which is retried as any other; as a stream, it can be played while it is
 * generated, and is retried until the first chunk.
 *
 * @throws {ArgumentError} if `ref_audio` or `wav` is invalid; other parameters and options are checked when the request is sent.
 *
 * @example
 * ```ts
 * import { speak } from 'mistral-sdk/audio';
 * import { saveToFile } from 'mistral-sdk/node';
 *
 * const speech = speak(mistral.audio.speech, {
 *   model: 'voxtral-mini-tts-latest',
 *   input: 'Your parcel will arrive on Thursday.',
 *   voice_id: 'gb_jane_neutral',
 * });
 * await saveToFile(speech, 'parcel.mp3');
 * ```
 */
export function speak(speech: SpeechClient, params: SpeakParams, options: SpeakOptions = {}): Speech {
  if (typeof (speech as Partial<SpeechClient> | undefined)?.stream !== 'function')
    throw new ArgumentError(`${owner}: the first argument must be \`mistral.audio.speech\``);
  if (!isRecord(params)) throw new ArgumentError(`${owner}: \`params\` must be an object, such as { input }`);
  if (!isRecord(options)) throw new ArgumentError(`${owner}: \`options\` must be an object`);
  const { wav, ...request }: SpeakOptions = options;
  const { ref_audio, ...fields } = params;
  const format = params.response_format ?? 'mp3';
  if (wav !== undefined) {
    if (format !== 'pcm')
      throw new ArgumentError(
        `${owner}: \`wav\` puts a header before raw samples, for \`response_format: 'pcm'\`, not '${format}'`,
      );
    // Throws now rather than with the first chunk.
    wavHeader(wav);
  }
  if (typeof ref_audio === 'string' && !mayBeBase64(ref_audio))
    throw new ArgumentError(
      `${owner}: \`ref_audio\` is a text that is not base64; of a path, pass \`fileFromPath(path)\` of \`mistral-sdk/node\``,
    );

  const reference =
    typeof ref_audio === 'string' || ref_audio === undefined || ref_audio === null
      ? ref_audio
      : encodeAudio(ref_audio);
  // Who asks for the audio gets the rejection; nobody may.
  if (reference instanceof Promise) void reference.catch(() => undefined);
  const body = async (): Promise<AudioSpeechStreamParams> => {
    if (reference === undefined) return fields;
    return { ...fields, ref_audio: await untilCallerAborts(request.signal, Promise.resolve(reference)) };
  };
  return new Speech({
    contentType: wav
      ? contentTypes.wav
      : Object.hasOwn(contentTypes, format)
        ? contentTypes[format]
        : contentTypes.pcm,
    wav,
    complete: async () =>
      untilCallerAborts(request.signal, Promise.resolve(speech.complete(await body(), request))),
    stream: async () => iterable(speech.stream(await body(), request)),
  });
}

const owner = 'speak()';

/** By its beginning, which tells it from a path or a URL. */
const mayBeBase64 = (text: string): boolean => /^(data:|[\w+/=\s-]*$)/.test(text.slice(0, 1024));

const contentTypes: Readonly<Record<SpeechOutputFormat, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  // In an Ogg container, RFC 7845.
  opus: 'audio/ogg',
  // No media type is registered for samples of floating point.
  pcm: 'application/octet-stream',
};

/** Without its `then`: awaiting a stream would send its request, although nobody reads it yet. */
function iterable<Item>(stream: AsyncIterable<Item>): AsyncIterable<Item> {
  const events = eventsOf(stream);
  return { [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() };
}
