import { ArgumentError } from '../errors/argument-error.js';

/**
 * Convert samples between -1 and 1, as of Web Audio, to `pcm_s16le`. Others are clipped.
 *
 * The audio is not resampled: set its sample rate in `audioFormat`.
 *
 * @throws {ArgumentError} if the samples are not a `Float32Array`, or one of them is NaN.
 *
 * @example
 * ```ts
 * import { toPcmS16le } from 'mistral-sdk/realtime';
 *
 * const audio = toPcmS16le(new Float32Array([0, 0.5, -1]));
 * console.log(audio.byteLength); // 6
 * ```
 */
export function toPcmS16le(samples: Float32Array): Uint8Array<ArrayBuffer> {
  if (!(samples instanceof Float32Array)) {
    throw new ArgumentError('toPcmS16le() takes a Float32Array of samples between -1 and 1');
  }
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  for (const [index, sample] of samples.entries()) {
    if (Number.isNaN(sample)) throw new ArgumentError(`toPcmS16le(): the sample at ${index} is NaN`);
    // The negative range has one more value.
    const scaled = Math.round(sample < 0 ? sample * 0x8000 : sample * 0x7fff);
    view.setInt16(index * 2, Math.min(0x7fff, Math.max(-0x8000, scaled)), true);
  }
  return new Uint8Array(view.buffer);
}
