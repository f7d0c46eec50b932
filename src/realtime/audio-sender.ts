import type {
  AudioFormat,
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { toBase64 } from '../internal/encode-base64.js';
import { untilAborted } from '../internal/until-aborted.js';
import { writeJson } from '../transport/write-json.js';
import { copyOf, isBytes, type AudioBytes } from './audio-bytes.js';
import { bytesPerSample, checkedFormat } from './audio-format.js';
import { AudioProgress } from './audio-progress.js';
import type { ConnectionOwner, ReconnectingConnection } from './reconnecting-connection.js';
import type { LiveConfig } from './live-options.js';
import { ignoreRejection } from './ignore-rejection.js';
import { SampleChunker } from './sample-chunker.js';

/** A message, with a callback for when it is sent. */
type SentMessage = readonly [message: RealtimeTranscriptionClientMessage, onSend: () => void];

/** Sends the messages of a session in order, one at a time. */
export class AudioSender {
  readonly #connection: ReconnectingConnection;
  readonly #config: LiveConfig;
  readonly #owner: Pick<ConnectionOwner, 'over' | 'failed'>;
  #audioFormat!: AudioFormat;
  #cutter!: SampleChunker;
  readonly #progress: AudioProgress;
  /** The end of the queue. */
  #tail: Promise<unknown>;
  #pendingBytes = 0;
  #hasAudio = false;
  #ending: Promise<void> | undefined;
  /** Wait for `session.updated`. */
  #updates: (() => void)[] = [];

  constructor(
    connection: ReconnectingConnection,
    config: LiveConfig,
    owner: Pick<ConnectionOwner, 'over' | 'failed'>,
  ) {
    this.#connection = connection;
    this.#config = config;
    this.#owner = owner;
    this.#progress = new AudioProgress(config.audioFormat);
    this.#useFormat(config.audioFormat);
    this.#tail = ignoreRejection(connection.opened());
  }

  get progress(): AudioProgress {
    return this.#progress;
  }

  /** The server has applied a change of the session. */
  updated(): void {
    this.#updates.shift()?.();
  }

  send(audio: AudioBytes): Promise<void> {
    if (!isBytes(audio))
      return refuse('send() takes bytes of audio: a Uint8Array, a Buffer, an ArrayBuffer or a view');
    if (this.#hasEnded) return refuse('send(): no audio can follow `end()`; open another session');
    const bytes = copyOf(audio);
    const container = this.#hasAudio ? undefined : containerOf(bytes);
    this.#hasAudio = true;
    this.#pendingBytes += bytes.byteLength;
    if (this.#pendingBytes > this.#config.maxPendingBytes) {
      this.#owner.failed(
        new MistralError(
          `More than ${this.#config.maxPendingBytes} bytes of audio wait to be sent, which is \`maxPendingBytes\`: await \`send()\`, so that the source waits for the network`,
        ),
      );
    }
    return this.#inTurn(async () => {
      if (container) throw new ArgumentError(container);
      for (const chunk of this.#cutter.cut(bytes)) {
        await this.#connection.send({ type: 'input_audio.append', audio: toBase64(chunk) }, () =>
          this.#progress.sent(chunk.byteLength),
        );
      }
      this.#pendingBytes -= bytes.byteLength;
    });
  }

  flush(): Promise<void> {
    if (this.#hasEnded) return refuse('flush(): `end()` has flushed already');
    const [message, onSend] = this.#flushMessage;
    return this.#inTurn(() => this.#connection.send(message, onSend));
  }

  end(): Promise<void> {
    this.#ending ??= this.#inTurn(async () => {
      const { restBytes } = this.#cutter;
      if (restBytes > 0) {
        const { encoding } = this.#audioFormat;
        throw new ArgumentError(
          `The audio ends in the middle of a sample: ${restBytes} of its ${bytesPerSample({ encoding })} bytes came. Is it ${encoding}, without a header, and whole?`,
        );
      }
      for (const [message, onSend] of this.#lastMessages) await this.#connection.send(message, onSend);
    });
    return this.#ending;
  }

  update(session: RealtimeTranscriptionSessionUpdatePayload): Promise<void> {
    const { audio_format: format, target_streaming_delay_ms: delay } = session;
    if (this.#hasAudio && (format !== undefined || delay !== undefined)) {
      return refuse(
        'update(): `audio_format` and `target_streaming_delay_ms` cannot change once audio was sent; open another session',
      );
    }
    try {
      writeJson({ session });
      if (format) this.#useFormat(checkedFormat('update()', format));
    } catch (error) {
      return ignoreRejection(Promise.reject(error as Error));
    }
    return this.#inTurn(async () => {
      const updated = new Promise<void>((resolve) => this.#updates.push(resolve));
      await this.#connection.configure(session);
      await untilAborted(this.#owner.over, updated);
    });
  }

  /** A session that has ended rejects with its own error. */
  get #hasEnded(): boolean {
    return this.#ending !== undefined && !this.#owner.over.aborted;
  }

  #useFormat(audioFormat: AudioFormat): void {
    this.#audioFormat = audioFormat;
    this.#cutter = new SampleChunker(bytesPerSample(audioFormat), this.#config.chunkBytes);
    this.#progress.useFormat(audioFormat);
  }

  /** The first messages of another connection. */
  resume(): readonly RealtimeTranscriptionClientMessage[] {
    if (!this.#progress.endWasSent) return [];
    return this.#lastMessages.map(([message, onSend]) => {
      onSend();
      return message;
    });
  }

  get #flushMessage(): SentMessage {
    return [{ type: 'input_audio.flush' }, () => this.#progress.flushed()];
  }

  /** The messages that end the audio. */
  get #lastMessages(): readonly SentMessage[] {
    return [this.#flushMessage, [{ type: 'input_audio.end' }, () => this.#progress.ended()]];
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#tail.then(() => {
      this.#owner.over.throwIfAborted();
      return task();
    });
    this.#tail = turn;
    turn.catch((error: unknown) => this.#owner.failed(error));
    return turn;
  }
}

/** How audio files that are not raw samples start, with advice. */
const containers: Readonly<Record<string, string>> = {
  RIFF: 'is a WAV file, whose header would be heard as noise; `audioFromWav()` reads it',
  OggS: 'is an Ogg file; decode it to raw samples first',
  fLaC: 'is a FLAC file; decode it to raw samples first',
  'ID3\u0003': 'is an MP3 file; decode it to raw samples first',
  'ID3\u0004': 'is an MP3 file; decode it to raw samples first',
};

function containerOf(bytes: Uint8Array): string | undefined {
  const problem = containers[String.fromCharCode(...bytes.subarray(0, 4))];
  return problem && `send(): the audio ${problem}`;
}

const refuse = (problem: string): Promise<never> =>
  ignoreRejection(Promise.reject(new ArgumentError(problem)));
