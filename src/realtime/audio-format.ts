import type { AudioEncoding, AudioFormat } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/** Bytes per sample; the audio has one channel. */
const sampleBytes: Readonly<Record<AudioEncoding, number>> = {
  pcm_s16le: 2,
  pcm_s32le: 4,
  pcm_f16le: 2,
  pcm_f32le: 4,
  pcm_mulaw: 1,
  pcm_alaw: 1,
};

export const bytesPerSample = ({ encoding }: Pick<AudioFormat, 'encoding'>): number => sampleBytes[encoding];

/**
 * The duration of a number of bytes of audio in milliseconds. For a byte offset, it is the timestamp.
 *
 * @throws {ArgumentError} if the format or the length is invalid.
 *
 * @example
 * ```ts
 * import { audioDurationMs } from 'mistral-sdk/realtime';
 *
 * console.log(audioDurationMs(3_200, { encoding: 'pcm_s16le', sample_rate: 16_000 })); // 100
 * ```
 */
export function audioDurationMs(byteLength: number, audioFormat: AudioFormat): number {
  const format = checkedFormat('audioDurationMs()', audioFormat);
  if (!(byteLength >= 0))
    throw new ArgumentError('audioDurationMs(): `byteLength` must be a number of bytes');
  return (byteLength / bytesPerSample(format) / format.sample_rate) * 1000;
}

/** @throws {ArgumentError} for an encoding or a sample rate that the API does not support. */
export function checkedFormat(owner: string, format: unknown): AudioFormat {
  const { encoding, sample_rate: rate } = isRecord(format) ? format : {};
  if (typeof encoding !== 'string' || !Object.hasOwn(sampleBytes, encoding)) {
    throw new ArgumentError(
      `${owner}: \`encoding\` of the audio format must be one of ${Object.keys(sampleBytes).join(', ')}; decode other audio first`,
    );
  }
  if (!(Number.isInteger(rate) && (rate as number) >= 8_000 && (rate as number) <= 96_000)) {
    throw new ArgumentError(
      `${owner}: \`sample_rate\` of the audio format must be a whole number of Hz from 8000 to 96000`,
    );
  }
  return { encoding: encoding as AudioEncoding, sample_rate: rate as number };
}
