import { expect, test } from 'vitest';

import { decodeEmbedding } from '../../../src/concurrency/index.js';

const base64 = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64');

test('floats are read as little-endian, without a loss', () => {
  const numbers = new Float32Array([1, -2, 0.1, -0, 3.4e38, 1e-45]);
  const view = new DataView(new ArrayBuffer(24));
  numbers.forEach((number, index) => view.setFloat32(index * 4, number, true));

  expect(decodeEmbedding(base64([...new Uint8Array(view.buffer)]))).toEqual(numbers);
  expect(decodeEmbedding(base64([0, 0, 128, 63]), 'float')).toEqual(new Float32Array([1]));
});

test('each type of bytes is read as what it is', () => {
  const bytes = base64([0, 1, 127, 128, 255]);

  expect(decodeEmbedding(bytes, 'int8')).toEqual(new Int8Array([0, 1, 127, -128, -1]));
  expect(decodeEmbedding(bytes, 'uint8')).toEqual(new Uint8Array([0, 1, 127, 128, 255]));
  expect(decodeEmbedding(bytes, 'binary')).toEqual(new Int8Array([0, 1, 127, -128, -1]));
  expect(decodeEmbedding(bytes, 'ubinary')).toEqual(new Uint8Array([0, 1, 127, 128, 255]));
});

test('an empty text is an empty embedding', () => {
  expect(decodeEmbedding('')).toEqual(new Float32Array());
});

test('it refuses what cannot be decoded', () => {
  expect(() => decodeEmbedding('no base64!')).toThrow('This embedding is not base64');
  expect(() => decodeEmbedding(base64([0, 0, 0, 0, 0]))).toThrow(/5 bytes/);
  expect(() => decodeEmbedding('', 'float16' as 'float')).toThrow(
    /must be one of float, int8, uint8, binary, ubinary/,
  );
});
