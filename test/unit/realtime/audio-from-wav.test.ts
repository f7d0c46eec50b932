import { describe, expect, test } from 'vitest';

import { audioFromWav } from '../../../src/realtime/index.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

interface Wav {
  readonly tag?: number;
  readonly bits?: number;
  readonly channels?: number;
  readonly rate?: number;
  /** Of the data, as the header says. */
  readonly byteLength?: number;
  readonly before?: readonly Uint8Array[];
  readonly format?: Uint8Array;
}

const samples = Uint8Array.from({ length: 64 }, (_, index) => index);

function chunk(name: string, content: Uint8Array, byteLength = content.byteLength): Uint8Array {
  const bytes = new Uint8Array(8 + content.byteLength + (content.byteLength % 2));
  bytes.set(new TextEncoder().encode(name));
  new DataView(bytes.buffer).setUint32(4, byteLength, true);
  bytes.set(content, 8);
  return bytes;
}

function formatOf({ tag = 1, bits = 16, channels = 1, rate = 16_000 }: Wav): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint16(0, tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, rate, true);
  view.setUint16(14, bits, true);
  return new Uint8Array(view.buffer);
}

function wav(options: Wav = {}): Uint8Array {
  const { before = [], byteLength, format = formatOf(options) } = options;
  const chunks = [
    ...before,
    chunk('fmt ', format),
    chunk('LIST', new Uint8Array(5)),
    chunk('data', samples, byteLength),
  ];
  const body = new Uint8Array(chunks.flatMap((each) => [...each]));
  return new Uint8Array([...chunk('RIFF', new Uint8Array()), ...new TextEncoder().encode('WAVE'), ...body]);
}

const bytesOf = async (audio: AsyncIterable<Uint8Array>) =>
  (await collect(audio)).flatMap((piece) => [...piece]);

test.each([
  [1, 16, 'pcm_s16le'],
  [1, 32, 'pcm_s32le'],
  [3, 16, 'pcm_f16le'],
  [3, 32, 'pcm_f32le'],
  [6, 8, 'pcm_alaw'],
  [7, 8, 'pcm_mulaw'],
])('format %i of %i bits is %s, and the header is not among the samples', async (tag, bits, encoding) => {
  const { audio, audioFormat } = await audioFromWav(wav({ tag, bits, rate: 44_100 }));

  expect(audioFormat).toEqual({ encoding, sample_rate: 44_100 });
  expect(await bytesOf(audio)).toEqual([...samples]);
});

test('the extensible format is what it says it is', async () => {
  const format = new Uint8Array(40);
  format.set(formatOf({ tag: 0xfffe, bits: 32 }));
  format[24] = 3;

  expect(await audioFromWav(wav({ format }))).toMatchObject({ audioFormat: { encoding: 'pcm_f32le' } });
});

test.each([1, 3, 7, 1000])('a stream that is cut at every %i bytes is the same', async (size) => {
  const bytes = wav();
  async function* pieces() {
    for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
  }
  const { audio } = await audioFromWav(pieces());

  expect(await bytesOf(audio)).toEqual([...samples]);
});

test.each([
  ['a Blob', (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes])],
  ['an ArrayBuffer', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice().buffer],
  ['the body of a response', (bytes: Uint8Array<ArrayBuffer>) => new Response(bytes).body!],
])('%s is taken', async (_, make) => {
  const { audio } = await audioFromWav(make(wav() as Uint8Array<ArrayBuffer>));

  expect(await bytesOf(audio)).toEqual([...samples]);
});

test('what follows the samples is left out, and a length that nobody knew means to the end', async () => {
  const followed = new Uint8Array([...wav(), ...chunk('LIST', new Uint8Array(9))]);
  expect(await bytesOf((await audioFromWav(followed)).audio)).toEqual([...samples]);

  for (const byteLength of [0, 0xffff_ffff])
    expect(await bytesOf((await audioFromWav(wav({ byteLength }))).audio)).toEqual([...samples]);
});

describe('the source is closed', () => {
  function source(bytes = wav()) {
    const state = { closed: false };
    async function* pieces() {
      try {
        for (const byte of bytes) yield Uint8Array.of(byte);
        await new Promise(() => {});
      } finally {
        state.closed = true;
      }
    }
    return { state, pieces: pieces() };
  }

  test('after the last sample, though more would come', async () => {
    const { state, pieces } = source();
    await bytesOf((await audioFromWav(pieces)).audio);
    expect(state.closed).toBe(true);
  });

  test('when the samples are left', async () => {
    const { state, pieces } = source();
    for await (const _ of (await audioFromWav(pieces)).audio) break;
    expect(state.closed).toBe(true);
  });

  test('when the samples are left before they were read', async () => {
    const { state, pieces } = source();
    await (
      await audioFromWav(pieces)
    ).audio.return!();
    expect(state.closed).toBe(true);
  });

  test('when the header is not one', async () => {
    const { state, pieces } = source(new Uint8Array(64));
    expect(await failureOf(audioFromWav(pieces))).toHaveProperty('name', 'ArgumentError');
    expect(state.closed).toBe(true);
  });
});

test.each([
  ['of two channels', wav({ channels: 2 }), 'has 2 channels, and the API takes one'],
  ['of 24 bits', wav({ bits: 24 }), 'samples of 24 bits (format 1) are none that the API takes'],
  ['at 4 kHz', wav({ rate: 4_000 }), 'must be a whole number of Hz from 8000 to 96000'],
  ['that ends within its header', wav().slice(0, 30), 'ends within its header'],
  [
    'that has no format',
    wav({ format: undefined, before: [chunk('data', samples)] }),
    'does not say what its samples are',
  ],
  [
    'with a header without end',
    wav({ before: [chunk('junk', new Uint8Array(), 1 << 30)] }),
    'the header is longer than 1 MiB',
  ],
  ['that is none', new TextEncoder().encode('OggS and many bytes more'), 'not a WAV file'],
])('a file %s is refused', async (_, bytes, message) => {
  expect(await failureOf(audioFromWav(bytes))).toHaveProperty('message', expect.stringContaining(message));
});

test.each([null, 5, {}, 'speech.wav'])('%j is refused', async (given) => {
  expect(await failureOf(async () => audioFromWav(given as never))).toHaveProperty(
    'message',
    expect.stringContaining('audioFromWav(): the audio must be'),
  );
});
