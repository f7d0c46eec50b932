import type { AudioFormat } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { toPcmS16le } from './to-pcm-s16le.js';

/** Audio that a browser hears, and what it is. */
export interface MediaAudio {
  /** For {@link transcribeStream}. Cancelling it lets go of the audio, and not of the tracks. */
  readonly audio: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** `pcm_s16le`, at the rate of the browser's audio, often 48 kHz: it is not resampled. */
  readonly audioFormat: AudioFormat;
}

/** How much audio may wait for a session that is slow: some two minutes. */
const maxPieces = 1_500;

/** Runs apart from the page, in pieces of 128 samples; hands on 4,096 at a time, and what is left when it is told to end. */
const processor = `registerProcessor('mistral-sdk-samples', class extends AudioWorkletProcessor {
  samples = new Float32Array(4096);
  length = 0;
  constructor() {
    super();
    this.port.onmessage = () => {
      this.handOn();
      this.port.postMessage(null);
    };
  }
  process([[channel]]) {
    if (!channel) return true;
    this.samples.set(channel, this.length);
    this.length += channel.length;
    if (this.length + channel.length > this.samples.length) this.handOn();
    return true;
  }
  handOn() {
    if (this.length > 0) this.port.postMessage(this.samples.slice(0, this.length));
    this.length = 0;
  }
});`;

/** A browser's `MediaStream`, which the compiler knows only with the types of browsers. */
type BrowserMediaStream = typeof globalThis extends { MediaStream: { prototype: infer Instance } }
  ? Instance
  : never;

/**
 * What a browser hears, as audio for {@link transcribeStream}: of a microphone, a call, an audio element. Channels are
 * mixed to one. It ends with the stream's audio.
 *
 * The page's security policy must allow a script from `blob:`, for the audio worklet.
 *
 * @throws {ArgumentError} if this is no browser, or the stream has no audio.
 */
export async function audioFromMediaStream(stream: BrowserMediaStream): Promise<MediaAudio> {
  if (typeof AudioContext === 'undefined')
    throw new ArgumentError('audioFromMediaStream() needs Web Audio, which browsers have');
  const [track] = stream.getAudioTracks();
  if (!track) throw new ArgumentError('audioFromMediaStream(): the stream has no audio track');
  const context = new AudioContext();
  const script = URL.createObjectURL(new Blob([processor], { type: 'text/javascript' }));
  try {
    await context.audioWorklet.addModule(script);
    // It may be asleep until the visitor has done something.
    await context.resume();
  } catch (cause) {
    await context.close();
    throw new MistralError('The audio of the stream cannot be read; see `cause`', { cause });
  } finally {
    URL.revokeObjectURL(script);
  }
  const source = context.createMediaStreamSource(stream);
  const node = new AudioWorkletNode(context, 'mistral-sdk-samples', {
    channelCount: 1,
    channelCountMode: 'explicit',
    numberOfOutputs: 0,
  });
  source.connect(node);
  return {
    audio: piecesOf(node.port, track, () => context.close()),
    audioFormat: { encoding: 'pcm_s16le', sample_rate: context.sampleRate },
  };
}

function piecesOf(
  port: MessagePort,
  track: MediaStreamTrack,
  close: () => Promise<void>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const over = new AbortController();
  const { signal } = over;
  const stop = (): Promise<void> => {
    over.abort();
    return close();
  };
  return new ReadableStream(
    {
      start(controller) {
        const onMessage = ({ data }: MessageEvent<Float32Array | null>): void => {
          if (data && controller.desiredSize! > 0) return controller.enqueue(toPcmS16le(data));
          void stop();
          if (data === null) return controller.close();
          const problem = `${maxPieces} pieces of audio wait to be read: the network is slower than the audio`;
          controller.error(new MistralError(problem));
        };
        port.addEventListener('message', onMessage, { signal });
        port.start();
        track.addEventListener('ended', () => port.postMessage(null), { signal });
      },
      cancel: stop,
    },
    new CountQueuingStrategy({ highWaterMark: maxPieces }),
  );
}
