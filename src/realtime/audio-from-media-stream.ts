import type { AudioFormat } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { toPcmS16le } from './to-pcm-s16le.js';

/** Audio of a `MediaStream`, with its format. */
export interface MediaAudio {
  /** For {@link transcribeStream}. Cancelling it does not stop the tracks. */
  readonly audio: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** `pcm_s16le`, at the rate of the browser's audio, often 48 kHz: it is not resampled. */
  readonly audioFormat: AudioFormat;
}

/** How many chunks may be buffered for a slow session: some two minutes. */
const maxChunks = 1_500;

/** Runs outside of the page's thread, with 128 samples at a time; posts 4,096 at a time, and the rest at the end. */
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

/** A browser's `MediaStream`, which the compiler knows only with the DOM types. */
type BrowserMediaStream = typeof globalThis extends { MediaStream: { prototype: infer Instance } }
  ? Instance
  : never;

/**
 * Audio of a browser for {@link transcribeStream}: of a microphone, a call, an audio element. Channels are mixed to one. It
 * ends with the stream's audio.
 *
 * The page's security policy must allow a script from `blob:`, for the audio worklet.
 *
 * @throws {ArgumentError} if this is not a browser, or the stream has no audio.
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
    // It may be suspended until the user has interacted with the page.
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
    audio: chunksOf(node.port, track, () => context.close()),
    audioFormat: { encoding: 'pcm_s16le', sample_rate: context.sampleRate },
  };
}

function chunksOf(
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
          const problem = `${maxChunks} chunks of audio wait to be read: the network is slower than the audio`;
          controller.error(new MistralError(problem));
        };
        port.addEventListener('message', onMessage, { signal });
        port.start();
        track.addEventListener('ended', () => port.postMessage(null), { signal });
      },
      cancel: stop,
    },
    new CountQueuingStrategy({ highWaterMark: maxChunks }),
  );
}
