import type { SpeechStreamDone } from '../../generated/types.gen.js';
import { addCallerStack, captureCaller, formatted, withCallerStack } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { decodeAudio } from './base64-decoder.js';
import { SpeechChunks, type SpeechEvent } from './speech-chunks.js';
import { wavHeader, type WavFormat } from './wav-header.js';

/** How the audio is requested. */
export interface SpeechSource {
  readonly contentType: string;
  /** Put a WAV header before the samples. */
  readonly wav: WavFormat | undefined;
  complete(): PromiseLike<{ readonly audio_data: string }>;
  stream(): PromiseLike<AsyncIterable<SpeechEvent>>;
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Spoken text. The request is sent when the audio is first asked for, in one of three ways: complete as `bytes()`, or, as it is
 * generated, as a `stream()` or a `response()`. Each speech is generated once, so it can be had in one way.
 *
 * Awaited, it is its {@link response}: `saveToFile(speech, path)` of `mistral-sdk/node` takes it as it is.
 */
export class Speech implements Promise<Response> {
  readonly [Symbol.toStringTag] = 'Speech';
  /** The media type of the audio: `audio/mpeg` for mp3, `audio/ogg` for opus, `application/octet-stream` for raw samples. */
  readonly contentType: string;
  readonly #source: SpeechSource;
  #usedAs: 'bytes' | 'a stream' | 'a response' | undefined;
  #chunks: SpeechChunks | undefined;
  #bytes: Promise<Bytes> | undefined;
  #response: Promise<Response> | undefined;

  /** @internal */
  constructor(source: SpeechSource) {
    this.#source = source;
    this.contentType = source.contentType;
  }

  /** The tokens that a streamed speech took, once it was read to its end. */
  get usage(): SpeechStreamDone['usage'] | undefined {
    return this.#chunks?.usage;
  }

  /**
   * The complete audio. The same promise is returned each time.
   *
   * @throws what the call throws, and {@link MistralError} for audio that cannot be decoded.
   */
  bytes(): Promise<Bytes> {
    return (this.#bytes ??= withCallerStack(async () => {
      this.#use('bytes');
      const response: { readonly audio_data?: unknown } | null = await this.#source.complete();
      return withHeader(this.#source.wav, decodeAudio(response?.audio_data));
    }));
  }

  /**
   * The audio as it is generated. A chunk is requested when it is read; cancelling the stream aborts the request. Chunks begin
   * and end anywhere, also within a sample.
   *
   * Reading fails as iterating the events of `audio.speech.stream()` does: with a {@link StreamInterruptedError} if the
   * connection is lost before the end, for example.
   *
   * @throws {MistralError} if the speech was used before.
   */
  stream(): ReadableStream<Bytes> {
    this.#use('a stream');
    return this.#readable(this.#open());
  }

  /**
   * A response whose body is that stream and whose content type is that of the audio, as soon as there is audio: until then, a
   * failure rejects the promise. The same promise is returned each time.
   */
  response(): Promise<Response> {
    return (this.#response ??= withCallerStack(async () => {
      this.#use('a response');
      const chunks = this.#open();
      const body = this.#readable(chunks, await chunks.next());
      return new Response(body, { headers: { 'content-type': this.contentType } });
    }));
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what a promise is for
  then<Value = Response, Failure = never>(
    onValue?: ((value: Response) => Value | PromiseLike<Value>) | null,
    onError?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.response().then(onValue, onError);
  }

  catch<Failure = never>(
    onError?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Response | Failure> {
    return this.response().catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<Response> {
    return this.response().finally(onEnd);
  }

  #use(as: 'bytes' | 'a stream' | 'a response'): void {
    if (this.#usedAs)
      throw new MistralError(
        `This speech was already used as ${this.#usedAs}, and is generated once; call \`speak()\` again`,
      );
    this.#usedAs = as;
  }

  #open(): SpeechChunks {
    return (this.#chunks = new SpeechChunks(() => this.#source.stream()));
  }

  #readable(chunks: SpeechChunks, begun?: Bytes): ReadableStream<Bytes> {
    const caller = formatted(captureCaller());
    let first = begun;
    let header = this.#source.wav && wavHeader(this.#source.wav);
    return new ReadableStream<Bytes>(
      {
        async pull(controller) {
          try {
            const chunk = first ?? (await chunks.next());
            first = undefined;
            // With the first audio, so that a failure comes before any byte.
            if (header) controller.enqueue(header);
            header = undefined;
            if (chunk) controller.enqueue(chunk);
            else controller.close();
          } catch (error) {
            throw addCallerStack(error, caller);
          }
        },
        cancel: () => chunks.close(),
      },
      // A chunk is read only when somebody wants it.
      { highWaterMark: 0 },
    );
  }
}

function withHeader(format: WavFormat | undefined, audio: Bytes): Bytes {
  if (!format) return audio;
  const header = wavHeader(format, audio.byteLength);
  const file = new Uint8Array(header.byteLength + audio.byteLength);
  file.set(header);
  file.set(audio, header.byteLength);
  return file;
}
