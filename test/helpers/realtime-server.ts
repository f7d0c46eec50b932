import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import nock from 'nock';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

import type {
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionServerMessage,
} from '../../generated/types.gen.js';

/** One session, as the server sees it. */
export interface ServedSession {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** What the client has sent. */
  readonly received: RealtimeTranscriptionClientMessage[];
  say(...messages: readonly (RealtimeTranscriptionServerMessage | Record<string, unknown>)[]): void;
}

/** What a server does about a message; the default is what the API does. */
export type OnMessage = (
  message: RealtimeTranscriptionClientMessage,
  session: ServedSession,
  usual: () => void,
) => void;

export interface RealtimeServerOptions {
  /** A session was opened; without it, `session.created` is said. */
  readonly onOpen?: (session: ServedSession) => void;
  readonly onMessage?: OnMessage;
  /** The status that an upgrade is refused with; `true` for 401. */
  readonly refuse?: (request: IncomingMessage) => number | boolean | undefined;
  /** Whether an upgrade gets no response at all. */
  readonly ignore?: (request: IncomingMessage) => boolean;
  /** The statuses that the first upgrades are refused with, and the headers of that. */
  readonly refusals?: readonly { readonly status: number; readonly headers?: Record<string, string> }[];
}

export interface RealtimeServer {
  /** For `baseURL`. */
  readonly origin: string;
  readonly sessions: readonly ServedSession[];
  /** How many upgrades were asked for, refused ones included. */
  readonly upgrades: readonly IncomingMessage[];
}

export const sessionOf = (audio_format = { encoding: 'pcm_s16le', sample_rate: 16_000 }) => ({
  request_id: 'req-1',
  model: 'voxtral-realtime',
  audio_format,
});

/** A real WebSocket server on loopback that speaks the protocol. It ends with the test. */
export async function serveRealtime({
  onOpen = (session) => session.say({ type: 'session.created', session: sessionOf() }),
  onMessage = (_, __, usual) => usual(),
  refuse = () => false,
  ignore = () => false,
  refusals = [],
}: RealtimeServerOptions = {}): Promise<RealtimeServer> {
  // Its sockets take all they are given, so that nobody would ever see a slow network.
  nock.restore();
  const sessions: ServedSession[] = [];
  const upgrades: IncomingMessage[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, tcp, head) => {
    const status = refuse(request);
    const refusal =
      refusals[upgrades.push(request) - 1] ??
      (status ? { status: status === true ? 401 : status } : undefined);
    tcp.on('error', () => {});
    if (ignore(request)) {
      // Who ignores everything does not hear of the end either.
      tcp.resume().on('end', () => tcp.destroy());
      return;
    }
    if (!refusal) return sockets.handleUpgrade(request, tcp, head, (socket) => open(socket, request));
    const body = JSON.stringify({
      object: 'error',
      message: `refused ${request.headers.authorization}`,
      type: 't',
    });
    const headers = { 'content-type': 'application/json', 'content-length': body.length, ...refusal.headers };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    tcp.end(`HTTP/1.1 ${refusal.status} Refused\r\n${lines.join('')}connection: close\r\n\r\n${body}`);
  });
  const open = (socket: WebSocket, request: IncomingMessage) => {
    // Clients that leave in a hurry are what the tests are about.
    socket.on('error', () => {});
    const session: ServedSession = {
      socket,
      request,
      received: [],
      say: (...messages) => messages.forEach((message) => socket.send(JSON.stringify(message))),
    };
    sessions.push(session);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as RealtimeTranscriptionClientMessage;
      session.received.push(message);
      onMessage(message, session, () => answer(message, session));
    });
    onOpen(session);
  };
  onTestFinished(() => {
    for (const { socket } of sessions) socket.terminate();
    server.closeAllConnections();
    server.close();
    if (!nock.isActive()) nock.activate();
  });
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sessions, upgrades };
}

/** What the API says: a word for each piece of audio, and all of them in the end. */
function answer(message: RealtimeTranscriptionClientMessage, { received, say }: ServedSession): void {
  const pieces = received.filter(({ type }) => type === 'input_audio.append').length;
  switch (message.type) {
    case 'session.update':
      say({ type: 'session.updated', session: sessionOf(message.session.audio_format ?? undefined) });
      break;
    case 'input_audio.append':
      say({ type: 'transcription.text.delta', text: `w${pieces} ` });
      break;
    case 'input_audio.end':
      say({
        type: 'transcription.done',
        text: Array.from({ length: pieces }, (_, index) => `w${index + 1} `).join(''),
        language: 'fr',
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_audio_seconds: 1 },
      });
      break;
  }
}

/** The audio that a session was sent, decoded. */
export const audioIn = ({ received }: ServedSession): Buffer =>
  Buffer.concat(
    received.flatMap((message) =>
      message.type === 'input_audio.append' ? [Buffer.from(message.audio, 'base64')] : [],
    ),
  );
