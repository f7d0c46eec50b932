import { once } from 'node:events';
import { inspect } from 'node:util';

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';

import {
  AbortError,
  APIError,
  ConnectionError,
  RateLimitError,
  ResponseError,
  TimeoutError,
} from '../../../src/index.js';
import {
  SocketClosedError,
  transcribeLive,
  type LiveOptions,
  type TranscriptionSession,
} from '../../../src/realtime/node.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { accessTo, realtimeClock, realtimeKey } from '../../helpers/realtime-access.js';
import {
  serveRealtime,
  type OnMessage,
  type RealtimeServerOptions,
  type ServedSession,
} from '../../helpers/realtime-server.js';

const model = 'voxtral-realtime';

/** A session whose server does something odd when the first audio comes. */
async function upset(odd: (served: ServedSession) => void, options: Partial<LiveOptions> = {}) {
  const onMessage: OnMessage = (message, served, usual) => {
    usual();
    if (message.type === 'input_audio.append') odd(served);
  };
  const server = await serveRealtime({ onMessage });
  const clock = realtimeClock();
  const session = transcribeLive(accessTo(server.origin, clock), { model, ...options });
  await session.send(new Uint8Array(2));
  return { server, clock, session };
}

/** The raw connection below a WebSocket of `ws`. */
const tcpOf = ({ request }: ServedSession) => request.socket;

/** Everything that waits for a session gets the same error. */
async function failureEverywhere(session: TranscriptionSession): Promise<unknown> {
  const error = await failureOf(session.result());
  const events = session[Symbol.asyncIterator]();
  const read = async () => {
    while (!(await events.next()).done);
  };
  expect(await failureOf(read())).toBe(error);
  expect(await failureOf(session.send(new Uint8Array(2)))).toBe(error);
  expect(await failureOf(session.flush())).toBe(error);
  return error;
}

describe('a connection that closes before the transcription is complete', () => {
  test.each([1000, 1001, 1008, 1011, 1013])(
    'with %i is an error with code, reason and what had arrived',
    async (code) => {
      const { clock, session } = await upset(({ socket }) => socket.close(code, 'because \u0007 of it'));

      const error = (await failureEverywhere(session)) as SocketClosedError;

      expect(error).toBeInstanceOf(SocketClosedError);
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({ code, reason: 'because \u0007 of it', eventCount: 3, retryable: false });
      expect(error.message).toContain('because   of it');
      expect(error.partial).toMatchObject({ text: 'w1 ' });
      // What people said is not shown where an error is logged.
      expect(inspect(error)).not.toContain('w1');
      expect(clock.pending()).toBe(0);
    },
  );

  test('without a word is 1006', async () => {
    const { session } = await upset((served) => tcpOf(served).destroy());

    expect(await failureEverywhere(session)).toMatchObject({ name: 'SocketClosedError', code: 1006 });
  });

  test('after `end()`, too', async () => {
    const server = await serveRealtime({
      onMessage: (message, { socket }, usual) =>
        message.type === 'input_audio.end' ? socket.close(1011) : usual(),
    });
    const session = transcribeLive(accessTo(server.origin), { model });
    void session.end();

    expect(await failureEverywhere(session)).toMatchObject({ code: 1011 });
  });

  test('leaves the key out of a reason that quotes it', async () => {
    const { session } = await upset(({ socket }) => socket.close(1008, `bad key ${realtimeKey}`));

    const error = await failureEverywhere(session);

    expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain(realtimeKey);
    expect(error).toMatchObject({ reason: 'bad key [redacted]' });
  });

  test('does no harm once the transcription is complete', async () => {
    const server = await serveRealtime({
      onMessage: (message, served, usual) => {
        usual();
        if (message.type === 'input_audio.end') served.socket.close(1011);
      },
    });
    const session = transcribeLive(accessTo(server.origin), { model });
    void session.end();

    expect((await session.result()).language).toBe('fr');
  });
});

describe('a server that says something odd', () => {
  test('in many frames is understood', async () => {
    const { session } = await upset(({ socket }) => {
      const text = JSON.stringify({ type: 'transcription.text.delta', text: 'é̀ ' });
      for (const character of text) socket.send(character, { fin: false });
      socket.send('', { fin: true });
    });
    void session.end();
    await session.result();

    for await (const event of session)
      if (event.type === 'transcription.text.delta' && event.text === 'é̀ ') return;
    throw new Error('The event did not arrive');
  });

  test('in binary where text is due is understood if it is JSON', async () => {
    const { session } = await upset(({ socket }) =>
      socket.send(Buffer.from('{"type":"transcription.language","audio_language":"de"}'), { binary: true }),
    );
    while (session.partial.language !== 'de') await new Promise(setImmediate);
    session.abort();
  });

  test.each<[string, (served: ServedSession) => void]>([
    ['no JSON', ({ socket }) => socket.send('{"type": "transcr')],
    ['no JSON, in binary', ({ socket }) => socket.send(Buffer.from([0xff, 0xfe, 0x00]), { binary: true })],
    ['JSON that is no object', ({ socket }) => socket.send('"hello"')],
    ['an object without a type', ({ socket }) => socket.send('{}')],
  ])('%s is a ResponseError', async (_, odd) => {
    const { server, session } = await upset(odd);

    expect(await failureEverywhere(session)).toBeInstanceOf(ResponseError);
    expect((await failureOf(session.result())) as ResponseError).toMatchObject({
      status: 101,
      retryable: false,
    });
    if (server.sessions[0]!.socket.readyState !== 3) await once(server.sessions[0]!.socket, 'close');
  });

  test('larger than `maxEventBytes` is a ResponseError', async () => {
    const server = await serveRealtime({
      onOpen: ({ say }) => say({ type: 'some.news', padding: 'x'.repeat(2_000) }),
    });
    const access = accessTo(server.origin, realtimeClock(), { maxEventBytes: 1_000 });

    const error = await failureOf(transcribeLive(access, { model }).result());

    expect(error).toBeInstanceOf(ResponseError);
    expect(String(error)).toContain('maxEventBytes');
  });

  test('beyond the protocol of WebSockets is an error that says so', async () => {
    // A frame with reserved bits set.
    const { session } = await upset((served) => tcpOf(served).write(Buffer.from([0xf1, 0x01, 0x41])));

    const error = (await failureEverywhere(session)) as SocketClosedError;

    expect(error).toBeInstanceOf(SocketClosedError);
    expect(String(error.cause)).toContain('RSV');
  });

  test.each([
    [429, 'too fast', RateLimitError, 429],
    [3_000, { detail: 'no such model' }, APIError, 500],
  ])('an error of code %i is the APIError of its status', async (code, message, Class, status) => {
    const { session } = await upset(({ say }) => say({ type: 'error', error: { message, code } }));

    const error = await failureEverywhere(session);

    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ status, retryable: false, partial: { text: 'w1 ' } });
  });
});

test('what comes in one go with the end of the handshake is heard, and the key in it is not passed on', async () => {
  const server = await serveRealtime({
    onMessage: (message, { say }, usual) => {
      usual();
      if (message.type === 'session.update')
        say(
          { type: 'transcription.text.delta', text: 'early' },
          { type: 'error', error: { message: `no, ${realtimeKey}`, code: 400 } },
        );
    },
  });
  const session = transcribeLive(accessTo(server.origin), { model });

  const error = await failureEverywhere(session);

  expect(error).toMatchObject({ status: 400, partial: { text: 'early' } });
  expect(String(error)).toContain('no, [redacted]');
  expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain(realtimeKey);
});

describe('a server that says nothing more', () => {
  const silent: RealtimeServerOptions = {
    onMessage: (message, _, usual) => (message.type === 'session.update' ? usual() : undefined),
  };

  test('runs into the idle limit, also after `end()`', async () => {
    const server = await serveRealtime(silent);
    const clock = handClock();
    const session = transcribeLive(accessTo(server.origin, clock), { model, idleTimeoutMs: 1_000 });
    await session.end();

    clock.pass(999);
    expect(session.partial.model).toBe('voxtral-realtime');
    clock.pass(1);

    const error = await failureEverywhere(session);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ timeoutMs: 1_000, retryable: false });
    expect(clock.pending()).toBe(0);
  });

  test('and does not even close is left without waiting for it', async () => {
    const server = await serveRealtime(silent);
    const session = transcribeLive(accessTo(server.origin), { model });
    await session.opened();
    const tcp = tcpOf(server.sessions[0]!);
    const gone = once(tcp, 'close');

    session.abort();

    await gone;
  });

  test('is given more time by each event', async () => {
    const server = await serveRealtime({
      onMessage: (message, { socket }, usual) => {
        usual();
        if (message.type === 'input_audio.end') socket.close(1000);
      },
    });
    const clock = handClock();
    const session = transcribeLive(accessTo(server.origin, clock), { model, idleTimeoutMs: 1_000 });
    const events = session.text()[Symbol.asyncIterator]();
    await session.opened();
    for (let index = 0; index < 5; index += 1) {
      clock.pass(900);
      await session.send(new Uint8Array(2));
      await events.next();
    }
    void session.end();

    expect((await session.result()).text).toBe('w1 w2 w3 w4 w5 ');
    expect(clock.pending()).toBe(0);
  });
});

describe('an abort', () => {
  const reason = new Error('enough');

  /** Brings a session into a state. */
  const states: Record<
    string,
    (session: TranscriptionSession, arrived: () => Promise<void>) => Promise<void>
  > = {
    'before anything was sent': async () => {},
    'while it is opened': async (_, arrived) => arrived(),
    'when it is ready': async (session) => void (await session.opened()),
    'while it is read': async (session) => {
      await session.opened();
      const read = session[Symbol.asyncIterator]();
      await read.next();
      await read.next();
      read.next().catch(() => undefined);
    },
    'after audio': async (session) => session.send(new Uint8Array(2)),
    'after the end': async (session) => session.end(),
  };

  for (const [state, bring] of Object.entries(states)) {
    test.each(['by the signal', 'by `abort()`'])(
      `${state}, %s, ends everything with the reason`,
      async (how) => {
        const opening = state === 'while it is opened';
        const server = await serveRealtime({
          ...(opening ? { onOpen: () => {} } : {}),
          onMessage: (message, _, usual) => (message.type === 'session.update' ? usual() : undefined),
        });
        const clock = realtimeClock();
        const controller = new AbortController();
        const session = transcribeLive(accessTo(server.origin, clock), { model, signal: controller.signal });
        const arrived = async () => {
          while (server.sessions.length === 0) await new Promise(setImmediate);
        };
        await bring(session, arrived);

        if (how === 'by the signal') controller.abort(reason);
        else session.abort(reason);

        const error = await failureOf(session.result());
        expect(error).toBeInstanceOf(AbortError);
        expect((error as Error).cause).toBe(reason);
        expect(await failureOf(session.send(new Uint8Array(2)))).toBeInstanceOf(Error);
        expect(clock.pending()).toBe(0);
        for (const { socket } of server.sessions) if (socket.readyState !== 3) await once(socket, 'close');
      },
    );
  }

  test('between two attempts ends the wait', async () => {
    const server = await serveRealtime({ refusals: [{ status: 503 }] });
    const clock = handClock();
    const session = transcribeLive(accessTo(server.origin, clock), { model });
    while (clock.pending() !== 1 || server.upgrades.length === 0) await new Promise(setImmediate);

    session.abort(reason);

    expect(await failureOf(session.result())).toMatchObject({ name: 'AbortError', cause: reason });
    expect(clock.pending()).toBe(0);
  });

  test('while `send()` waits for the network ends the wait', async () => {
    const server = await serveRealtime();
    const session = transcribeLive(accessTo(server.origin), { model, maxBufferedBytes: 1_000 });
    await session.opened();
    server.sessions[0]!.socket.pause();
    const sending = (async () => {
      for (;;) await session.send(new Uint8Array(65_536));
    })();
    const failed = failureOf(sending);
    await new Promise((resolve) => setTimeout(resolve, 100));

    session.abort(reason);

    expect(await failed).toMatchObject({ name: 'AbortError', cause: reason });
  });

  test('that came before is an error before any request', async () => {
    const server = await serveRealtime();
    const session = transcribeLive(accessTo(server.origin), { model, signal: AbortSignal.abort(reason) });

    expect(await failureOf(session.result())).toMatchObject({ name: 'AbortError', cause: reason });
    expect(server.upgrades).toHaveLength(0);
  });

  test('after the end changes nothing, and the signal is let go of', async () => {
    const server = await serveRealtime();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => ((listeners += 1), add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => ((listeners -= 1), remove(...args));
    const session = transcribeLive(accessTo(server.origin), { model, signal });
    void session.end();
    const result = await session.result();
    expect(listeners).toBe(0);

    session.abort(reason);

    expect(await session.result()).toBe(result);
  });
});

test('a server that never responds to the close of a complete session does not hold the process for long', async () => {
  const sockets: WebSocket[] = [];
  class Kept extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      sockets.push(this);
    }
  }
  const server = await serveRealtime({
    onMessage: (message, { socket }, usual) => {
      usual();
      // Nothing is read any more, the close included.
      if (message.type === 'input_audio.end') socket.pause();
    },
  });
  const session = transcribeLive(accessTo(server.origin), { model, WebSocket: Kept });
  await session.opened();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  void session.end();
  await session.result();
  const gone = once(sockets[0]!, 'close');

  vi.advanceTimersByTime(1_000);

  await gone;
}, 5_000);
