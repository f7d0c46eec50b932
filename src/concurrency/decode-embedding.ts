import type { EmbeddingDtype } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { decodeBase64 } from '../internal/decode-base64.js';

/** The array type of an embedding, by `output_dtype`. */
export interface EmbeddingArrays {
  /** 32-bit numbers, one per dimension. */
  float: Float32Array<ArrayBuffer>;
  /** From -128 to 127, one per dimension. */
  int8: Int8Array<ArrayBuffer>;
  /** From 0 to 255, one per dimension. */
  uint8: Uint8Array<ArrayBuffer>;
  /** The signs of eight dimensions per byte, as offset binary: the byte of `ubinary` minus 128. */
  binary: Int8Array<ArrayBuffer>;
  /** The signs of eight dimensions per byte. */
  ubinary: Uint8Array<ArrayBuffer>;
}

const constructors = {
  float: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  binary: Int8Array,
  ubinary: Uint8Array,
} as const satisfies Record<EmbeddingDtype, unknown>;

/** @throws {ArgumentError} for an unknown type. */
export function checkDtype(owner: string, dtype: EmbeddingDtype): void {
  if (Object.hasOwn(constructors, dtype)) return;
  throw new ArgumentError(
    `${owner}: \`output_dtype\` must be one of ${Object.keys(constructors).join(', ')}, not ${String(dtype)}`,
  );
}

/**
 * Decode an embedding of a request with `encoding_format: 'base64'`.
 *
 * The bytes are read as little-endian on every machine.
 *
 * @param text - `embedding` of the response.
 * @param dtype - The `output_dtype` of the request.
 * @throws {ArgumentError} for an unknown type.
 * @throws {MistralError} if the text is not base64, or its length does not fit the type.
 *
 * @example
 * ```ts
 * import { decodeEmbedding } from 'mistral-sdk/concurrency';
 *
 * console.log(decodeEmbedding('AACAPwAAAMA=')); // Float32Array [ 1, -2 ]
 * ```
 */
export function decodeEmbedding<Dtype extends EmbeddingDtype = 'float'>(
  text: string,
  dtype?: Dtype,
): EmbeddingArrays[Dtype];
export function decodeEmbedding(
  text: string,
  dtype: EmbeddingDtype = 'float',
): EmbeddingArrays[EmbeddingDtype] {
  checkDtype('decodeEmbedding()', dtype);
  const bytes = decodeBase64(text);
  if (!bytes) throw new MistralError('This embedding is not base64');
  if (dtype !== 'float') return new constructors[dtype](bytes.buffer);
  if (bytes.length % 4 !== 0)
    throw new MistralError(`This embedding has ${bytes.length} bytes, which is not a multiple of 4`);
  if (isLittleEndian) return new Float32Array(bytes.buffer);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

const isLittleEndian = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ new Uint16Array([1]).buffer)[0] === 1;

/** Numbers as the same typed array that their base64 decodes to. */
export const embeddingArray = (
  numbers: readonly number[],
  dtype: EmbeddingDtype,
): EmbeddingArrays[EmbeddingDtype] => constructors[dtype].from(numbers);
