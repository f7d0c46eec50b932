import { getEventListeners } from 'node:events';
import { createReadStream, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { WebSocket as WebSocketOfUndici } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket as WebSocketOfWs } from 'ws';

import type { HasTransport } from '../../src/transport/transport-key.js';
import { transcribeLive, transcribeStream } from '../../src/realtime/index.js';
import type { AudioSource, LiveOptions, LiveTranscription } from '../../src/realtime/index.js';
import { handClock } from '../helpers/hand-clock.js';
import { watchOwnTimers, type OwnTimers } from '../helpers/own-timers.js';
import { accessTo } from '../helpers/realtime-access.js';
import {
  serveRealtime,
  sessionOf,
  type RealtimeServer,
  type ServedSession,
} from '../helpers/realtime-server.js';

// Live transcription, ended in every way and over both kinds of WebSockets: nothing of it may be left, be it a socket, a
// timer, a listener, a file descriptor, a source of audio, or a rejection that nobody handles.
//
// One end is not among them: a server that never responds to the close. `ws` is cut off after a second, which
// test/unit/realtime/failures.test.ts shows. The WebSocket of Node itself can only be closed with the other side's help, and
// waits for it as long as it likes: a runtime's matter.

/** That of `ws`, and that which Node has of its own from version 22 on: it is that of `undici`. */
const webSockets = { ws: WebSocketOfWs, undici: WebSocketOfUndici } as const;

/** What the server does; the session takes its course otherwise. */
const modes = [
  'ok',
  'refuses with 401',
  'refuses with 503',
  'cuts the upgrade',
  'cuts at the opening',
  'cuts the handshake',
  'reports an error',
  'says what is not JSON',
  'cuts at audio',
  'cuts after the end',
] as const;
const stalls = [
  'ignores the upgrade',
  'does not open the session',
  'does not update the session',
  'hears no audio',
  'does not say the end',
] as const;
type Mode = (typeof modes)[number] | (typeof stalls)[number];

const folder = mkdtempSync(join(tmpdir(), 'live-lifetimes-'));
const recording = join(folder, 'audio.pcm');
writeFileSync(recording, Buffer.alloc(300_000));

const model = 'voxtral-realtime';
const chunk = new Uint8Array(4_000);
let mode: Mode = 'ok';

const serve = (): Promise<RealtimeServer> =>
  serveRealtime({
    ignore: () => mode === 'ignores the upgrade',
    refuse: (request) => {
      if (mode === 'cuts the upgrade') request.socket.destroy();
      if (mode === 'refuses with 503') return 503;
      return mode === 'refuses with 401' || mode === 'cuts the upgrade';
    },
    onOpen({ socket, say }) {
      if (mode === 'cuts at the opening') socket.terminate();
      else if (mode !== 'does not open the session') say({ type: 'session.created', session: sessionOf() });
    },
    onMessage({ type }, session, usual) {
      if (type === 'session.update') onUpdate(session, usual);
      else if (type === 'input_audio.append') onAudio(session, usual);
      else if (type !== 'input_audio.end') usual();
      else onEnd(session, usual);
    },
  });

function onUpdate({ socket }: ServedSession, usual: () => void): void {
  if (mode === 'cuts the handshake') socket.terminate();
  else if (mode !== 'does not update the session') usual();
}

function onAudio({ socket, say }: ServedSession, usual: () => void): void {
  if (mode === 'cuts at audio') socket.terminate();
  else if (mode === 'reports an error') say({ type: 'error', error: { code: 500, message: 'No' } });
  else if (mode === 'says what is not JSON') socket.send('<html>');
  else if (mode !== 'hears no audio') usual();
}

function onEnd({ socket }: ServedSession, usual: () => void): void {
  if (mode === 'cuts after the end') socket.terminate();
  else if (mode !== 'does not say the end') usual();
}

interface Surroundings {
  readonly access: HasTransport;
  readonly options: LiveOptions;
  /** Thrown by the audio, or by whoever reads the events. */
  readonly inAudio: () => void;
  readonly inLoop: () => void;
  readonly leaves: boolean;
  /** Sources that somebody has begun to read and not left. */
  readonly open: Set<string>;
  /** Is shown the session, to abort it. */
  readonly made: (live: LiveTranscription) => void;
}

async function iterate(list: AsyncIterable<unknown>, { leaves, inLoop }: Surroundings): Promise<void> {
  for await (const _ of list) {
    inLoop();
    if (leaves) break;
  }
}

async function* generated({ open, inAudio }: Surroundings) {
  open.add('generator');
  try {
    for (let count = 0; count < 3; count += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      yield chunk;
      inAudio();
    }
  } finally {
    open.delete('generator');
  }
}

function webStream({ open, inAudio }: Surroundings): ReadableStream<Uint8Array> {
  let count = 0;
  return new ReadableStream(
    {
      pull(controller) {
        open.add('stream');
        count += 1;
        try {
          if (count === 2) inAudio();
        } catch (error) {
          open.delete('stream');
          throw error;
        }
        if (count < 4) return controller.enqueue(chunk);
        open.delete('stream');
        controller.close();
      },
      cancel: () => void open.delete('stream'),
    },
    { highWaterMark: 0 },
  );
}

/** A microphone that nobody speaks into. */
const silent = ({ open }: Surroundings): AudioSource =>
  new ReadableStream({ start: () => void open.add('stream'), cancel: () => void open.delete('stream') });

/** Of Node: `close` comes when its descriptor is closed. */
function ofNode({ open }: Surroundings, audio: Readable): Readable {
  open.add('stream of Node');
  return audio.on('close', () => open.delete('stream of Node'));
}

const stream = (around: Surroundings, audio: AudioSource): LiveTranscription => {
  const live = transcribeStream(around.access, audio, around.options);
  around.made(live);
  return live;
};

interface Sort {
  readonly start: (around: Surroundings) => Promise<unknown>;
  readonly hasLoop?: true;
  readonly hasAudio?: true;
  /** It has no end of its own but the time limit. */
  readonly needsTime?: boolean;
}

const sorts: Readonly<Record<string, Sort>> = {
  'a generator whose events are read': {
    hasLoop: true,
    hasAudio: true,
    start: async (around) => iterate(stream(around, generated(around)), around),
  },
  'a web stream whose text is read': {
    hasLoop: true,
    hasAudio: true,
    start: async (around) => iterate(stream(around, webStream(around)).text(), around),
  },
  'a file whose result is awaited': {
    start: async (around) => stream(around, ofNode(around, createReadStream(recording))).result(),
  },
  'a file over a network that is slow': {
    start: async (around) =>
      stream(
        { ...around, options: { ...around.options, maxBufferedBytes: 1 } },
        ofNode(around, createReadStream(recording)),
      ).result(),
  },
  'a microphone that is silent': {
    needsTime: true,
    start: async (around) => stream(around, silent(around)).result(),
  },
  'a stream of Node that is silent': {
    needsTime: true,
    start: async (around) => {
      const audio = ofNode(around, new Readable({ read: () => {} }));
      audio.push(chunk);
      await stream(around, audio).result();
    },
  },
  'audio that is sent by hand': {
    hasLoop: true,
    start: async (around) => {
      const live = transcribeLive(around.access, around.options);
      around.made(live);
      await live.opened();
      for (let count = 0; count < 3; count += 1) await live.send(chunk);
      await live.flush();
      await live.end();
      await iterate(live, around);
    },
  },
  'audio over a connection that is replaced': {
    hasLoop: true,
    start: async (around) => {
      const live = transcribeLive(around.access, { ...around.options, reconnect: 1 });
      around.made(live);
      await live.update({ target_streaming_delay_ms: 80 });
      await Promise.all([live.send(chunk), live.send(chunk), live.end(), iterate(live, around)]);
    },
  },
  'a stream that nobody reads': {
    hasAudio: true,
    needsTime: true,
    start: async (around) => void stream(around, generated(around)),
  },
  'a session that nobody uses': {
    needsTime: true,
    start: async (around) => around.made(transcribeLive(around.access, around.options)),
  },
};

type End =
  | { readonly kind: 'its server' | 'the time limit'; readonly mode: Mode }
  | { readonly kind: 'the signal' | '`abort()`'; readonly mode: Mode; readonly turns: number }
  | {
      readonly kind:
        | 'leaving'
        | 'a loop that throws'
        | 'audio that throws'
        | 'a middleware that throws'
        | 'a key that cannot be had'
        | 'a refused connection';
    };

function endsOf({ hasLoop, hasAudio }: Sort): End[] {
  const aborted = ['the signal', '`abort()`'] as const;
  return [
    ...modes.map((each): End => ({ kind: 'its server', mode: each })),
    ...stalls.map((each): End => ({ kind: 'the time limit', mode: each })),
    ...aborted.flatMap((kind) =>
      (['ok', ...stalls] as const).flatMap((each) =>
        (each === 'ok' ? [-1, 0, 1, 2, 3, 4, 5, 6, 8, 10] : [-1, 2, 12]).map((turns): End => ({
          kind,
          mode: each,
          turns,
        })),
      ),
    ),
    ...(hasLoop ? ([{ kind: 'leaving' }, { kind: 'a loop that throws' }] as const) : []),
    ...(hasAudio ? [{ kind: 'audio that throws' } as const] : []),
    { kind: 'a middleware that throws' },
    { kind: 'a key that cannot be had' },
    { kind: 'a refused connection' },
  ];
}

let ownTimers: OwnTimers;
const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);

beforeAll(() => {
  ownTimers = watchOwnTimers();
  process.on('unhandledRejection', note);
});

afterAll(() => {
  process.off('unhandledRejection', note);
  ownTimers.restore();
  rmSync(folder, { recursive: true, force: true });
});

/** A turn in which the network can say something. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${name}`);
      return target.startsWith(folder) ? [target] : [];
    } catch {
      return [];
    }
  });

const limitMs = 20_000;

/** Why this end is wrong; empty where nothing is left, and what came out is what was to come out. */
async function leftBy(
  server: RealtimeServer,
  { start, needsTime = false }: Sort,
  WebSocket: LiveOptions['WebSocket'],
  end: End,
): Promise<string[]> {
  const clock = handClock();
  const controller = new AbortController();
  const open = new Set<string>();
  const thrown = new Error('Mine');
  const raise = () => {
    throw thrown;
  };
  mode = 'mode' in end ? end.mode : 'ok';
  const origin = end.kind === 'a refused connection' ? 'http://127.0.0.1:1' : server.origin;
  const access = accessTo(origin, clock, {
    maxRetries: 0,
    ...(end.kind === 'a middleware that throws' ? { middleware: [raise] } : {}),
    ...(end.kind === 'a key that cannot be had' ? { apiKey: raise } : {}),
  });
  let live: LiveTranscription | undefined;
  const around: Surroundings = {
    access,
    options: { model, WebSocket, timeoutMs: limitMs, idleTimeoutMs: limitMs, signal: controller.signal },
    open,
    inAudio: end.kind === 'audio that throws' ? raise : () => {},
    inLoop: end.kind === 'a loop that throws' ? raise : () => {},
    leaves: end.kind === 'leaving',
    made: (session) => {
      live = session;
      if (end.kind === '`abort()`' && end.turns < 0) session.abort();
    },
  };
  const abort = () => (end.kind === 'the signal' ? controller.abort() : live?.abort());

  if (end.kind === 'the signal' && end.turns < 0) controller.abort();
  const ended: { outcome?: { readonly error?: unknown } } = {};
  void start(around).then(
    () => (ended.outcome = {}),
    (error: unknown) => (ended.outcome = { error }),
  );
  const left = () => [
    ...server.upgrades.filter(({ socket }) => !socket.destroyed).map(() => 'a connection'),
    ...(clock.pending() > 0 ? [`${clock.pending()} timers of the clock`] : []),
    ...(ownTimers.size > 0 ? [`${ownTimers.size} timers`] : []),
    ...(getEventListeners(controller.signal, 'abort').length > 0 ? ['listeners on the signal'] : []),
    ...openFiles(),
    ...open,
  ];
  const isAborting = 'turns' in end;
  for (let turns = 0; turns < 300; turns += 1) {
    if (isAborting && end.turns === turns) abort();
    await turn();
    if (ended.outcome && left().length === 0 && !(isAborting && turns < end.turns)) break;
    // An abort must not need any time to pass.
    if (isAborting && turns >= end.turns) continue;
    if (end.kind === 'the time limit' || needsTime) clock.pass(turns > 20 ? limitMs / 4 : 0);
    else if (turns > 5) clock.pass(100);
  }
  const found = [
    ...(ended.outcome ? [] : ['it has no end']),
    ...left(),
    ...unhandled.splice(0).map((error) => `unhandled: ${String(error)}`),
  ];
  for (const { socket } of server.upgrades) socket.destroy();
  live?.abort();
  await turn();
  return found;
}

const wordsOf = (end: End): string => Object.values(end).join(', ');

const combinations = Object.entries(sorts).flatMap(([name, sort]) =>
  (['ws', 'undici'] as const).map((socket) => ({ name, sort, socket, ends: endsOf(sort) })),
);
const count = combinations.reduce((sum, { ends }) => sum + ends.length, 0);

describe(`nothing is left of live transcription in any of ${count} combinations`, () => {
  test.each(combinations)(
    'of $name over $socket and its ends',
    async ({ sort, socket, ends }) => {
      const server = await serve();
      const faults: string[] = [];
      for (const end of ends)
        for (const fault of await leftBy(server, sort, webSockets[socket], end))
          faults.push(`${wordsOf(end)}: ${fault}`);

      expect(faults).toEqual([]);
    },
    120_000,
  );
});
