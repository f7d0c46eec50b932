import { ArgumentError } from '../errors/argument-error.js';
import { toBase64 } from '../internal/encode-base64.js';
import { isArrayBuffer } from '../internal/is-array-buffer.js';
import { isRecord } from '../internal/is-record.js';

/** A recording as a `Blob` or `File`, as bytes, or as the promise of a file that `fileFromPath()` of `mistral-sdk/node` returns. */
export type Recording = Blob | ArrayBuffer | ArrayBufferView | PromiseLike<Blob>;

/**
 * A recording in base64, as `sample_audio` of a new voice takes it. Bytes are read at once, so their buffer may be reused.
 *
 * @throws {ArgumentError} for something that is not a recording.
 *
 * @example
 * ```ts
 * import { encodeAudio } from 'mistral-sdk/audio';
 *
 * const recording = new Blob(['RIFF …'], { type: 'audio/wav' });
 * const voice = await mistral.audio.voices.create({ name: 'Marie', sample_audio: await encodeAudio(recording) });
 * console.log(voice.id);
 * ```
 */
export async function encodeAudio(recording: Recording): Promise<string> {
  if (ArrayBuffer.isView(recording))
    return toBase64(new Uint8Array(recording.buffer, recording.byteOffset, recording.byteLength));
  if (isArrayBuffer(recording)) return toBase64(new Uint8Array(recording));
  // By its type it is a file; a program without types may pass anything.
  const file: unknown = await recording;
  if (isBlob(file)) return toBase64(new Uint8Array(await file.arrayBuffer()));
  throw new ArgumentError(
    'A recording must be a Blob, a File or bytes; `fileFromPath(path)` of `mistral-sdk/node` makes one of a path',
  );
}

/** By structure: it may be of another realm. */
const isBlob = (file: unknown): file is Pick<Blob, 'arrayBuffer'> =>
  isRecord(file) && typeof file.arrayBuffer === 'function';
