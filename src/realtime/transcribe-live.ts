import type { RealtimeTranscriptionSessionUpdatePayload } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { clientOf, createTransport, type CallMeta, type Transport } from '../transport/transport.js';
import { transportKey, type HasTransport } from '../transport/transport-key.js';
import { handshake, type OpenSession } from './handshake.js';
import type { Connect } from './reconnecting-connection.js';
import { readLiveOptions, type LiveConfig, type LiveOptions } from './live-options.js';
import { openSocket, type FindWebSocket } from './open-socket.js';
import { TranscriptionSession } from './transcription-session.js';

/**
 * Access of a page, instead of a client: a token of the API for your server, valid for a few minutes and one model.
 */
export interface ClientToken {
  /** The token, which starts with `rt_`, or a function that gets one from your server, called for each attempt. */
  readonly clientToken: string | (() => string | Promise<string>);
  /** @default 'https://api.mistral.ai' */
  readonly baseURL?: string | undefined;
}

/** A client, with its key, base URL, headers, retries, middleware and logs; or a token of a page. */
export type RealtimeAccess = HasTransport | ClientToken;

/**
 * Transcribe live audio. The session is opened at once; audio can be sent right away.
 *
 * @throws {ArgumentError} if an option is invalid.
 *
 * @example
 * ```ts
 * import { transcribeLive } from 'mistral-sdk/realtime';
 *
 * const session = transcribeLive(mistral, { model: 'voxtral-mini-transcribe-realtime-2602' });
 * await session.send(new Uint8Array(32_000)); // a second of silence
 * await session.end();
 * for await (const text of session.text()) console.log(text);
 * ```
 */
export const transcribeLive = (access: RealtimeAccess, options: LiveOptions): TranscriptionSession =>
  openLive('transcribeLive()', access, options, async () => options.WebSocket);

/** The same, for other ways to find a WebSocket. */
export function openLive(
  owner: string,
  access: RealtimeAccess,
  options: LiveOptions,
  find: FindWebSocket,
): TranscriptionSession {
  const config = readLiveOptions(owner, options);
  const controller = new AbortController();
  const transport = transportOf(owner, access);
  const connect: Connect = (update) => open(transport, config, update, controller.signal, find);
  return new TranscriptionSession(connect, controller, config);
}

async function open(
  transport: Transport,
  config: LiveConfig,
  update: RealtimeTranscriptionSessionUpdatePayload,
  cancelSignal: AbortSignal,
  find: FindWebSocket,
): Promise<OpenSession> {
  const { model, signal, headers, timeoutMs, idleTimeoutMs, maxRetries, retry } = config;
  const meta: CallMeta = {
    operation: 'audio.transcriptions.realtime',
    send: openSocket(find),
    read: handshake(update),
    cancelSignal,
    timeoutMs,
    idleTimeoutMs,
    maxRetries,
    retry,
  };
  const call = {
    url: '/v1/audio/transcriptions/realtime',
    query: { model },
    signal,
    headers,
    meta,
  };
  // hey-api's types do not allow `undefined`, and do not know that `read` determines the data.
  return (await clientOf(transport).get(call as never)) as unknown as OpenSession;
}

function transportOf(owner: string, access: RealtimeAccess): Transport {
  if (isRecord(access) && transportKey in access) return access[transportKey];
  const { clientToken, baseURL } = (access ?? {}) as Partial<ClientToken>;
  if (
    typeof clientToken === 'function' ||
    (typeof clientToken === 'string' && clientToken.startsWith('rt_'))
  ) {
    // The token is intended for pages.
    return createTransport({ apiKey: clientToken, baseURL, dangerouslyAllowBrowser: true });
  }
  throw new ArgumentError(
    `${owner} takes a client first, or \`{ clientToken }\` with a token that begins with \`rt_\`; an API key has no place in a page`,
  );
}
