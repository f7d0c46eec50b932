import type { AudioFormat, RealtimeTranscriptionSessionUpdatePayload } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { mergeHeaders, type HeadersInput } from '../transport/headers.js';
import { checkSettings, type Settings } from '../transport/settings.js';
import { writeJson } from '../transport/write-json.js';
import { bytesPerSample, checkedFormat } from './audio-format.js';
import type { WebSocketClass } from './web-socket.js';

/** Options of live transcription. */
export interface LiveOptions extends Pick<Settings, 'maxRetries' | 'retry'> {
  /** Such as `voxtral-mini-transcribe-realtime-2602`. */
  readonly model: string;
  /**
   * Format of the audio: raw samples of one channel, without a header.
   *
   * @default { encoding: 'pcm_s16le', sample_rate: 16000 }
   */
  readonly audioFormat?: AudioFormat | undefined;
  /**
   * How far the text may lag behind the audio. A longer delay gives fewer mistakes.
   *
   * @default the model's own
   */
  readonly targetStreamingDelayMs?: number | undefined;
  /** Further wire fields of the session, such as `{ language: 'fr' }`, for models that support them. */
  readonly session?: Omit<
    RealtimeTranscriptionSessionUpdatePayload,
    'audio_format' | 'target_streaming_delay_ms'
  >;
  /** Aborts the session at any time. */
  readonly signal?: AbortSignal | undefined;
  /** Headers of the upgrade request, if the runtime supports them; `null` removes one that the client would send. */
  readonly headers?: HeadersInput | undefined;
  /**
   * Timeout of one attempt to open the session, from the request to `session.updated`.
   *
   * @default 30000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Idle timeout for events of the server, which detects a dead connection. The server sends nothing while nobody speaks, so
   * leave room for that.
   *
   * @default that of the client, 600000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Maximum audio per message, in bytes; the API accepts 262144. Longer audio is split between two samples.
   *
   * @default 65536
   */
  readonly chunkBytes?: number | undefined;
  /**
   * `send()` waits while the send buffer has more bytes than this, counted in base64.
   *
   * @default 262144
   */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * How much audio may be pending in `send()` calls that are not awaited, in bytes, before the session fails.
   *
   * @default 16777216
   */
  readonly maxPendingBytes?: number | undefined;
  /**
   * How many events may be buffered for a loop that is slow, or has not started, before the session fails.
   *
   * @default 10000
   */
  readonly maxQueuedEvents?: number | undefined;
  /**
   * Maximum number of consecutive reconnects after a connection was lost. Audio in transit is not sent again: the event
   * `reconnected`, and `gaps` of the result, show which.
   *
   * @default 0
   */
  readonly reconnect?: number | undefined;
  /**
   * The `WebSocket` class to use: that of `ws` in Node 20.
   *
   * @default the runtime's own
   */
  readonly WebSocket?: WebSocketClass | undefined;
}

export const liveOptionNames = [
  'model',
  'audioFormat',
  'targetStreamingDelayMs',
  'session',
  'signal',
  'headers',
  'timeoutMs',
  'idleTimeoutMs',
  'maxRetries',
  'retry',
  'chunkBytes',
  'maxBufferedBytes',
  'maxPendingBytes',
  'maxQueuedEvents',
  'reconnect',
  'WebSocket',
] as const satisfies readonly (keyof LiveOptions)[];

/** The checked options with their defaults. */
export interface LiveConfig
  extends
    Pick<LiveOptions, 'model' | 'signal' | 'headers' | 'WebSocket'>,
    Pick<Settings, 'timeoutMs' | 'idleTimeoutMs' | 'maxRetries' | 'retry'> {
  readonly audioFormat: AudioFormat;
  readonly update: RealtimeTranscriptionSessionUpdatePayload;
  readonly chunkBytes: number;
  readonly maxBufferedBytes: number;
  readonly maxPendingBytes: number;
  readonly maxQueuedEvents: number;
  readonly reconnect: number;
}

const mistaken = {
  audio_format: 'audioFormat',
  target_streaming_delay_ms: 'targetStreamingDelayMs',
  sampleRate: 'audioFormat.sample_rate',
  language: 'session.language',
  webSocket: 'WebSocket',
  timeout: 'timeoutMs',
};

/** The maximum size of an audio message of the API, decoded. */
const longestChunk = 262_144;

/** @throws {ArgumentError} for an unknown or invalid option. */
export function readLiveOptions(owner: string, options: LiveOptions): LiveConfig {
  if (!isRecord(options)) throw new ArgumentError(`${owner} takes options, such as \`{ model }\``);
  const unknown = unknownKey(options, liveOptionNames, owner, mistaken);
  if (unknown) throw new ArgumentError(unknown);
  checkSettings(owner, options);
  // Checked now, not with the request.
  mergeHeaders(options.headers);
  const { model, targetStreamingDelayMs: delay, session, WebSocket } = options;
  if (typeof model !== 'string' || model === '') {
    throw new ArgumentError(`${owner}: \`model\` must name a realtime model`);
  }
  if (delay !== undefined && !(Number.isInteger(delay) && delay >= 0)) {
    throw new ArgumentError(`${owner}: \`targetStreamingDelayMs\` must be an integer number of milliseconds`);
  }
  if (session !== undefined && !isRecord(session)) {
    throw new ArgumentError(
      `${owner}: \`session\` must be an object of wire fields, such as { language: 'fr' }`,
    );
  }
  if (WebSocket !== undefined && typeof WebSocket !== 'function') {
    throw new ArgumentError(`${owner}: \`WebSocket\` must be a WebSocket class, such as that of \`ws\``);
  }
  writeJson({ session });
  const audioFormat = checkedFormat(
    owner,
    options.audioFormat ?? { encoding: 'pcm_s16le', sample_rate: 16_000 },
  );
  const count = (name: (typeof countNames)[number], usual: number, least = 1, most = Infinity) =>
    readCount(owner, name, options[name] ?? usual, least, most);
  return {
    ...options,
    audioFormat,
    update: {
      ...session,
      audio_format: audioFormat,
      ...(delay === undefined ? {} : { target_streaming_delay_ms: delay }),
    },
    timeoutMs: options.timeoutMs ?? 30_000,
    chunkBytes: count('chunkBytes', 65_536, bytesPerSample(audioFormat), longestChunk),
    maxBufferedBytes: count('maxBufferedBytes', 262_144),
    maxPendingBytes: count('maxPendingBytes', 16 * 1024 * 1024),
    maxQueuedEvents: count('maxQueuedEvents', 10_000),
    reconnect: count('reconnect', 0, 0),
  };
}

const countNames = [
  'chunkBytes',
  'maxBufferedBytes',
  'maxPendingBytes',
  'maxQueuedEvents',
  'reconnect',
] as const;

function readCount(owner: string, name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return Math.floor(value);
  throw new ArgumentError(
    `${owner}: \`${name}\` must be a number from ${least}${most === Infinity ? ' up' : ` to ${most}`}`,
  );
}
