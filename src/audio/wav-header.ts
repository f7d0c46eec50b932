import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';

/** Which samples a WAV file has. */
export interface WavFormat {
  /** Samples of one channel in a second, such as `24000`. Neither the response nor Mistral's documentation tells it. */
  readonly sampleRate: number;
  /**
   * What a sample is.
   *
   * @default 'pcm_f32le', as Mistral's documentation says of `pcm`
   * @see https://docs.mistral.ai/capabilities/audio/text_to_speech/speech
   */
  readonly encoding?: 'pcm_f32le' | 'pcm_s16le' | undefined;
  /** @default 1 */
  readonly channels?: number | undefined;
}

const encodings = {
  pcm_f32le: { tag: 3, sampleBytes: 4 },
  pcm_s16le: { tag: 1, sampleBytes: 2 },
};

/** What programs that write WAV to a pipe use where the length is unknown, and players understand. */
const unknownLength = 0xffff_ffff;

/**
 * The header of a WAV file, to be followed by raw samples.
 *
 * @param byteLength - The length of the samples; left out while it is unknown, as in a stream.
 * @throws {ArgumentError} for a format that a header cannot express.
 *
 * @example
 * ```ts
 * import { wavHeader } from 'mistral-sdk/audio';
 *
 * const samples = new Uint8Array(48_000);
 * const file = new Blob([wavHeader({ sampleRate: 24_000 }, samples.byteLength), samples], { type: 'audio/wav' });
 * console.log(file.size);
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc2361
 */
export function wavHeader(format: WavFormat, byteLength = Infinity): Uint8Array<ArrayBuffer> {
  const { sampleRate, encoding, channels } = checked(format);
  if (byteLength !== Infinity && !(Number.isSafeInteger(byteLength) && byteLength >= 0))
    throw new ArgumentError(
      `The length of a WAV file must be a number of bytes, left out if it is unknown, not ${String(byteLength)}`,
    );
  const { tag, sampleBytes } = encodings[encoding];
  const frameBytes = sampleBytes * channels;
  const isFloat = encoding === 'pcm_f32le';
  // Formats other than plain integers have the size of an extension, and a chunk that counts the frames.
  const formatBytes = isFloat ? 18 : 16;
  const header = new Uint8Array(12 + 8 + formatBytes + (isFloat ? 12 : 0) + 8);
  const view = new DataView(header.buffer);
  const riffBytes = header.byteLength - 8 + byteLength;
  const isKnown = riffBytes < unknownLength;
  const length = (value: number) => (isKnown ? value : unknownLength);

  let at = 0;
  const name = (text: string) => {
    for (const character of text) header[at++] = character.charCodeAt(0);
  };
  const write16 = (value: number) => {
    view.setUint16(at, value, true);
    at += 2;
  };
  const write32 = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  name('RIFF');
  write32(length(riffBytes));
  name('WAVEfmt ');
  write32(formatBytes);
  write16(tag);
  write16(channels);
  write32(sampleRate);
  write32(sampleRate * frameBytes);
  write16(frameBytes);
  write16(sampleBytes * 8);
  if (isFloat) {
    write16(0);
    name('fact');
    write32(4);
    write32(length(byteLength / frameBytes));
  }
  name('data');
  write32(length(byteLength));
  return header;
}

/** @throws {ArgumentError} */
function checked(format: WavFormat): Required<{ [Key in keyof WavFormat]: NonNullable<WavFormat[Key]> }> {
  if (!isRecord(format))
    throw new ArgumentError('The format of a WAV file must be an object, such as { sampleRate: 24000 }');
  const unknown = unknownKey(format, ['sampleRate', 'encoding', 'channels'], 'The format of a WAV file', {
    sample_rate: 'sampleRate',
  });
  if (unknown) throw new ArgumentError(unknown);
  const { sampleRate, encoding = 'pcm_f32le', channels = 1 } = format;
  if (!Object.hasOwn(encodings, encoding))
    throw new ArgumentError(
      `\`encoding\` of a WAV file must be one of ${Object.keys(encodings).join(', ')}, not ${String(encoding)}`,
    );
  for (const [name, value, most] of [
    ['sampleRate', sampleRate, 0xff_ffff],
    ['channels', channels, 32],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= 1 && value <= most) continue;
    throw new ArgumentError(
      `\`${name}\` of a WAV file must be an integer from 1 to ${most}, not ${String(value)}`,
    );
  }
  return { sampleRate, encoding, channels };
}
