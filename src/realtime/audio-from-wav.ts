import type { AudioEncoding, AudioFormat } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import type { BodyReader } from '../internal/response-body.js';
import { copyOf, isBytes, joined, type AudioBytes } from './audio-bytes.js';
import { checkedFormat } from './audio-format.js';
import { starterOf, type AudioSource } from './audio-source.js';

/** The samples of a WAV file without its header, and their format. */
export interface WavAudio {
  readonly audio: AsyncIterableIterator<Uint8Array>;
  readonly audioFormat: AudioFormat;
}

const owner = 'audioFromWav()';

/** No file of a recording has a longer header. */
const maxHeaderBytes = 1024 * 1024;

/**
 * Read the header of a WAV file, for live transcription, which takes raw samples: a header would be noise. The samples are
 * read on demand, and the rest of the file is ignored.
 *
 * @param wav - Bytes, a `Blob`, or a stream, as of `createReadStream()` or the `body` of a response. A stream is closed when
 *   `audio` is read to its end, or cancelled.
 * @throws {ArgumentError} if it is not a WAV file, has several channels, or samples that the API does not support.
 *
 * @example
 * ```ts
 * import { audioFromWav, transcribeStream } from 'mistral-sdk/realtime';
 *
 * const { audio, audioFormat } = await audioFromWav(createReadStream('speech.wav'));
 * const model = 'voxtral-mini-transcribe-realtime-2602';
 * console.log(await transcribeStream(mistral, audio, { model, audioFormat }).text());
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc2361
 */
export async function audioFromWav(wav: AudioBytes | Blob | AudioSource): Promise<WavAudio> {
  const source = starterOf(owner, sourceOf(wav))();
  try {
    const { audioFormat, samples, byteLength } = await readHeader(source);
    return { audioFormat, audio: restOf(source, samples, byteLength) };
  } catch (error) {
    await source.cancel().catch(() => undefined);
    throw error;
  }
}

function sourceOf(wav: AudioBytes | Blob | AudioSource): AudioSource {
  if (wav instanceof Blob) return wav.stream();
  if (!isBytes(wav)) return wav;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(copyOf(wav));
      controller.close();
    },
  });
}

interface Header {
  readonly audioFormat: AudioFormat;
  /** The samples that were read with the header. */
  readonly samples: Uint8Array;
  /** Length of the samples; `Infinity` if the writer did not know it. */
  readonly byteLength: number;
}

async function readHeader(source: BodyReader): Promise<Header> {
  let read = new Uint8Array();
  /** Read until there are this many bytes from the beginning. */
  const need = async (byteLength: number): Promise<DataView> => {
    if (byteLength > maxHeaderBytes) throw new ArgumentError(`${owner}: the header is longer than 1 MiB`);
    while (read.byteLength < byteLength) {
      const { done, value } = await source.read();
      if (done) throw new ArgumentError(`${owner}: the file ends within its header`);
      if (!isBytes(value)) throw new ArgumentError(`${owner}: the stream does not give bytes`);
      read = joined(read, copyOf(value));
    }
    return new DataView(read.buffer);
  };
  const name = (view: DataView, at: number) => String.fromCharCode(...new Uint8Array(view.buffer, at, 4));

  const riff = await need(12);
  if (name(riff, 0) !== 'RIFF' || name(riff, 8) !== 'WAVE')
    throw new ArgumentError(`${owner}: this is not a WAV file, which begins with RIFF and WAVE`);
  let audioFormat: AudioFormat | undefined;
  for (let at = 12; ;) {
    const view = await need(at + 8);
    const chunk = name(view, at);
    const byteLength = view.getUint32(at + 4, true);
    at += 8;
    if (chunk === 'data') {
      if (!audioFormat) throw new ArgumentError(`${owner}: the file does not say what its samples are`);
      const isKnown = byteLength > 0 && byteLength < 0xffff_ffff;
      return { audioFormat, samples: read.slice(at), byteLength: isKnown ? byteLength : Infinity };
    }
    // Chunks start at even offsets.
    const end = at + byteLength + (byteLength % 2);
    if (chunk === 'fmt ') audioFormat = readFormat(await need(end), at);
    at = end;
  }
}

const pcm = 1;
const float = 3;
const extensible = 0xfffe;

const encodings: Readonly<Record<string, AudioEncoding>> = {
  [`${pcm}/16`]: 'pcm_s16le',
  [`${pcm}/32`]: 'pcm_s32le',
  [`${float}/16`]: 'pcm_f16le',
  [`${float}/32`]: 'pcm_f32le',
  '6/8': 'pcm_alaw',
  '7/8': 'pcm_mulaw',
};

function readFormat(view: DataView, at: number): AudioFormat {
  const named = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  const tag = named === extensible && view.byteLength >= at + 26 ? view.getUint16(at + 24, true) : named;
  if (channels !== 1)
    throw new ArgumentError(
      `${owner}: the file has ${channels} channels, and the API takes one; mix it down first`,
    );
  const encoding = encodings[`${tag}/${bits}`];
  if (encoding === undefined)
    throw new ArgumentError(
      `${owner}: samples of ${bits} bits (format ${tag}) are none that the API takes; convert the file to 16 bits`,
    );
  return checkedFormat(owner, { encoding, sample_rate: sampleRate });
}

function restOf(
  source: BodyReader,
  samples: Uint8Array,
  byteLength: number,
): AsyncIterableIterator<Uint8Array> {
  let waiting: Uint8Array | undefined = samples;
  let left = byteLength;
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    left = 0;
    await source.cancel();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (left > 0) {
        const read = waiting === undefined ? await source.read() : { done: false, value: waiting };
        waiting = undefined;
        if (read.done) break;
        if (!isBytes(read.value)) throw new ArgumentError(`${owner}: the stream does not give bytes`);
        const bytes = copyOf(read.value);
        const value = bytes.subarray(0, Math.min(bytes.byteLength, left));
        left -= value.byteLength;
        if (value.byteLength > 0) return { done: false, value };
      }
      return end();
    },
    return: end,
  };
}
