import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/index.js';
import { audioDurationMs, toPcmS16le } from '../../../src/realtime/index.js';
import { SampleChunker } from '../../../src/realtime/sample-chunker.js';
import { Transcript } from '../../../src/realtime/transcript.js';

describe('toPcmS16le', () => {
  test.each([
    [0, 0],
    [1, 32_767],
    [-1, -32_768],
    [0.5, 16_384],
    [-0.5, -16_384],
    [1 / 32_767, 1],
    [-1 / 32_768, -1],
    [1.5, 32_767],
    [-3, -32_768],
    [Infinity, 32_767],
  ])('makes of %f the sample %i', (sample, expected) => {
    const bytes = toPcmS16le(Float32Array.of(0, sample));

    expect(Buffer.from(bytes).readInt16LE(2)).toBe(expected);
    expect(bytes).toHaveLength(4);
  });

  test('refuses what is no sample', () => {
    expect(() => toPcmS16le(Float32Array.of(0, NaN))).toThrow('sample at 1');
    expect(() => toPcmS16le([0] as never)).toThrow(ArgumentError);
  });
});

describe('audioDurationMs', () => {
  test.each([
    [32_000, 'pcm_s16le', 16_000, 1_000],
    [4, 'pcm_f32le', 8_000, 0.125],
    [96_000, 'pcm_s32le', 96_000, 250],
    [8_000, 'pcm_mulaw', 8_000, 1_000],
    [0, 'pcm_alaw', 8_000, 0],
    [32_000, 'pcm_f16le', 16_000, 1_000],
  ] as const)('%i bytes of %s at %i Hz play for %f ms', (bytes, encoding, sample_rate, expected) => {
    expect(audioDurationMs(bytes, { encoding, sample_rate })).toBe(expected);
  });

  test('refuses what is no length or no format', () => {
    expect(() => audioDurationMs(NaN, { encoding: 'pcm_s16le', sample_rate: 16_000 })).toThrow(ArgumentError);
    expect(() => audioDurationMs(1, { encoding: 'mp3' as never, sample_rate: 16_000 })).toThrow(
      ArgumentError,
    );
  });
});

test('however audio is cut on its way in, it is cut at samples on its way out, and nothing is lost', () => {
  for (const sampleBytes of [1, 2, 4]) {
    for (const pieceBytes of [1, 3, 7, 50]) {
      const cutter = new SampleChunker(sampleBytes, 11);
      const audio = new Uint8Array(101).map((_, index) => index);
      const out: number[][] = [];
      for (let start = 0; start < audio.length; start += pieceBytes) {
        for (const chunk of cutter.cut(audio.subarray(start, start + pieceBytes))) out.push([...chunk]);
      }

      expect(out.every(({ length }) => length % sampleBytes === 0 && length > 0 && length <= 11)).toBe(true);
      expect(cutter.restBytes).toBe(101 % sampleBytes);
      expect(out.flat()).toEqual([...audio.subarray(0, 101 - cutter.restBytes)]);
    }
  }
});

describe('a transcript', () => {
  const segment = { type: 'transcription.segment', text: 'Hello. ', start: 0, end: 0.5 } as const;

  test('takes the server’s word for what it has put together, unless that is missing', () => {
    const transcript = new Transcript();
    transcript.add({ type: 'transcription.language', audio_language: 'en' });
    transcript.add({ type: 'transcription.text.delta', text: 'Helo. ' });
    transcript.add(segment);
    transcript.add({ type: 'transcription.done', text: 'Hello.' });

    expect(transcript.result).toMatchObject({
      text: 'Hello.',
      language: 'en',
      segments: [{ text: 'Hello. ', start: 0, end: 0.5 }],
    });
  });

  test.each([
    ['the new part', 'World.'],
    ['all so far', 'Hello. World.'],
    ['nothing', ''],
  ])('joins parts, when a later `done` holds %s', (_, text) => {
    const transcript = new Transcript();
    transcript.add(segment);
    transcript.add({ type: 'transcription.done', text: 'Hello. ' });
    transcript.add({ type: 'transcription.text.delta', text: 'World.' });
    transcript.add({ ...segment, text: 'World.', start: 0.5, end: 1 });
    expect(transcript.result.text).toBe('Hello. World.');
    transcript.add({ type: 'transcription.done', text });

    expect(transcript.result.text).toBe('Hello. World.');
    expect(transcript.result.segments.map(({ start }) => start)).toEqual([0, 0.5]);
  });

  test('has the segments of the last word once', () => {
    const transcript = new Transcript();
    transcript.add(segment);
    const told = { type: 'transcription_segment', text: 'Hello.', start: 0, end: 0.6 } as const;
    transcript.add({ type: 'transcription.done', text: 'Hello.', segments: [told] });

    expect(transcript.result.segments).toEqual([{ text: 'Hello.', start: 0, end: 0.6 }]);
  });
});
