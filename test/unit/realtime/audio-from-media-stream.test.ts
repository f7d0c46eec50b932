import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ArgumentError, MistralError } from '../../../src/index.js';
import { audioFromMediaStream } from '../../../src/realtime/index.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

/** What a browser has; that it fits a real one is tested in Chromium. */
class Context {
  static last: Context;
  static failure: Error | undefined;
  readonly sampleRate = 48_000;
  closed = false;
  audioWorklet = {
    addModule: async () => {
      if (Context.failure) throw Context.failure;
    },
  };
  constructor() {
    Context.last = this;
  }
  async resume() {}
  async close() {
    this.closed = true;
  }
  createMediaStreamSource() {
    return { connect() {} };
  }
}

class Port extends EventTarget {
  start() {}
  say(data: Float32Array | null) {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  /** The processor answers the end with the rest, and the end. */
  postMessage() {
    this.say(Float32Array.of(1));
    this.say(null);
  }
}

let port: Port;
const track = new EventTarget();
const stream = { getAudioTracks: () => [track] } as unknown as MediaStream;
const hear = (samples: number[]) => port.say(Float32Array.from(samples));

beforeEach(() => {
  Context.failure = undefined;
  port = new Port();
  vi.stubGlobal('AudioContext', Context);
  vi.stubGlobal(
    'AudioWorkletNode',
    class {
      port = port;
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

test('samples become pcm_s16le at the rate of the browser, up to the end of the track', async () => {
  const { audio, audioFormat } = await audioFromMediaStream(stream);
  hear([0, -1]);
  track.dispatchEvent(new Event('ended'));

  const pieces = await collect(audio);

  expect(audioFormat).toEqual({ encoding: 'pcm_s16le', sample_rate: 48_000 });
  expect(pieces.map((piece) => [...piece])).toEqual([
    [0, 0, 0, 0x80],
    [0xff, 0x7f],
  ]);
  expect(Context.last.closed).toBe(true);
});

test('whoever leaves lets go of the audio', async () => {
  const { audio } = await audioFromMediaStream(stream);

  await audio.cancel();
  hear([0]);
  track.dispatchEvent(new Event('ended'));

  expect(Context.last.closed).toBe(true);
});

test('audio that nobody reads is a failure, and not a leak', async () => {
  const { audio } = await audioFromMediaStream(stream);
  for (let piece = 0; piece < 2_000; piece += 1) hear([0]);

  const error = await failureOf(audio.getReader().read());

  expect(error).toBeInstanceOf(MistralError);
  expect(Context.last.closed).toBe(true);
});

test('a page that forbids the worklet is told, and nothing is left open', async () => {
  Context.failure = new Error('Refused by the security policy');

  const error = (await failureOf(audioFromMediaStream(stream))) as MistralError;

  expect(error).toBeInstanceOf(MistralError);
  expect(error.cause).toBe(Context.failure);
  expect(Context.last.closed).toBe(true);
});

test('a stream without audio, and a runtime without Web Audio, are refused', async () => {
  const silent = { getAudioTracks: () => [] } as unknown as MediaStream;
  expect(await failureOf(audioFromMediaStream(silent))).toBeInstanceOf(ArgumentError);
  vi.stubGlobal('AudioContext', undefined);
  expect(await failureOf(audioFromMediaStream(stream))).toBeInstanceOf(ArgumentError);
});
