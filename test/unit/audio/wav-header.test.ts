import { describe, expect, test } from 'vitest';

import { wavHeader } from '../../../src/audio/index.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';

const parts = (header: Uint8Array) => {
  const bytes = Buffer.from(header);
  return {
    text: bytes.toString('latin1'),
    u16: (at: number) => bytes.readUInt16LE(at),
    u32: (at: number) => bytes.readUInt32LE(at),
  };
};

describe('wavHeader', () => {
  test('describes samples of floating point, with the chunk that counts them', () => {
    const header = wavHeader({ sampleRate: 24_000 }, 4000);
    const { text, u16, u32 } = parts(header);

    expect(header.byteLength).toBe(58);
    expect([text.slice(0, 4), text.slice(8, 16), text.slice(38, 42), text.slice(50, 54)]).toEqual([
      'RIFF',
      'WAVEfmt ',
      'fact',
      'data',
    ]);
    expect(u32(4)).toBe(58 - 8 + 4000);
    // The size of the chunk, the tag, channels, samples and bytes a second, bytes of a frame, bits, and no extension.
    expect([u32(16), u16(20), u16(22), u32(24), u32(28), u16(32), u16(34), u16(36)]).toEqual([
      18, 3, 1, 24_000, 96_000, 4, 32, 0,
    ]);
    expect([u32(42), u32(46), u32(54)]).toEqual([4, 1000, 4000]);
  });

  test('describes samples of 16 bits in two channels', () => {
    const { text, u16, u32 } = parts(
      wavHeader({ sampleRate: 48_000, encoding: 'pcm_s16le', channels: 2 }, 400),
    );

    expect(text.slice(36, 40)).toBe('data');
    expect([u32(16), u16(20), u16(22), u32(24), u32(28), u16(32), u16(34), u32(40)]).toEqual([
      16, 1, 2, 48_000, 192_000, 4, 16, 400,
    ]);
  });

  test.each([undefined, 0xffff_ffff, 5e9])('says that the length is unknown for %s', (byteLength) => {
    const { u32 } = parts(wavHeader({ sampleRate: 24_000 }, byteLength));

    expect([u32(4), u32(46), u32(54)]).toEqual([0xffff_ffff, 0xffff_ffff, 0xffff_ffff]);
  });

  test.each([-1, 0.5, Number.NaN, '5', null])('refuses a length of %j', (byteLength) => {
    const write = () => wavHeader({ sampleRate: 24_000 }, byteLength as number);

    expect(write).toThrow(ArgumentError);
    expect(write).toThrow('a number of bytes');
  });

  test.each([
    [undefined, 'must be an object'],
    [{}, '`sampleRate`'],
    [{ sampleRate: 24_000.5 }, '`sampleRate`'],
    [{ sampleRate: 24_000, channels: 0 }, '`channels`'],
    [{ sampleRate: 24_000, encoding: 'toString' }, 'pcm_s16le'],
    [{ sampleRate: 24_000, bits: 16 }, '`bits`'],
  ])('refuses %j', (format, says) => {
    const write = () => wavHeader(format as never);

    expect(write).toThrow(ArgumentError);
    expect(write).toThrow(says);
  });
});
