import { toBase64 as encodeBase64 } from '../internal/encode-base64.js';
import { isRecord } from '../internal/is-record.js';

/** Of `mistral-embed`. */
const usualDimensions = 1024;

/**
 * An embedding of each input, always the same: texts that share words, or beginnings of words, lie near each other, so that a
 * search finds what a reader would expect. In the dimensions, the type and the encoding that the request asks for.
 */
export function embedInputs(usual: unknown, body: unknown): unknown {
  if (!isRecord(usual) || !isRecord(body)) return usual;
  const { input, output_dimension, output_dtype = 'float', encoding_format } = body;
  const inputs = (Array.isArray(input) ? input : [input]).map(String);
  const dimensions = isDimension(output_dimension) ? output_dimension : usualDimensions;
  const tokens = inputs.reduce((sum, text) => sum + text.split(/\s+/).length, 0);
  return {
    ...usual,
    data: inputs.map((text, index) => {
      const numbers = numbersOf(embed(text, dimensions), String(output_dtype));
      const embedding = encoding_format === 'base64' ? toBase64(numbers) : [...numbers];
      return { object: 'embedding', index, embedding };
    }),
    usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens },
  };
}

/** A number that a vector could have; a model has some thousands at most. */
const isDimension = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65_536;

/** Words and their parts, each in a place that is found by hashing, at length 1. */
function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of wordsOf(text)) {
    add(word, 1);
    for (let at = 0; at + partLength <= word.length; at += 1) add(word.slice(at, at + partLength), 0.5);
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => Math.round((value / length) * steps) / steps);

  function add(feature: string, weight: number): void {
    const hash = hashOf(feature);
    // The sign keeps features that meet in one place from adding up.
    vector[hash % dimensions]! += hash & 0x8000_0000 ? -weight : weight;
  }
}

const partLength = 4;

/** Few digits, and the same ones in every encoding. */
const steps = 4096;

/** Without accents, and without the short ones, which are in every sentence. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]{4,}/gu) ?? [];

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

type Numbers = Float32Array | Int8Array | Uint8Array;

function numbersOf(vector: Float32Array, dtype: string): Numbers {
  switch (dtype) {
    case 'int8':
      return Int8Array.from(vector, (value) => Math.round(value * 127));
    case 'uint8':
      return Uint8Array.from(vector, (value) => Math.round(value * 127) + 128);
    case 'ubinary':
      return signsOf(vector);
    case 'binary':
      return Int8Array.from(signsOf(vector), (byte) => byte - 128);
    default:
      return vector;
  }
}

/** The signs of eight dimensions a byte. */
const signsOf = (vector: Float32Array): Uint8Array =>
  Uint8Array.from({ length: Math.ceil(vector.length / 8) }, (_, byte) =>
    vector
      .subarray(byte * 8, byte * 8 + 8)
      .reduce((bits, value, at) => bits | (value > 0 ? 0x80 >> at : 0), 0),
  );

function toBase64(numbers: Numbers): string {
  const bytes = new Uint8Array(numbers.byteLength);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of numbers.entries()) {
    if (numbers instanceof Float32Array) view.setFloat32(index * 4, value, true);
    else bytes[index] = value;
  }
  return encodeBase64(bytes);
}
