import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { ArgumentError, MistralError } from '../../../src/index.js';
import { transcribeLive, type LiveOptions } from '../../../src/realtime/node.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';
import { accessTo, realtimeClock } from '../../helpers/realtime-access.js';
import {
  audioIn,
  serveRealtime,
  sessionOf,
  type RealtimeServerOptions,
} from '../../helpers/realtime-server.js';
import { untilStill } from '../../helpers/until-still.js';

const model = 'voxtral-realtime';

async function start(serverOptions: RealtimeServerOptions = {}, options: Partial<LiveOptions> = {}) {
  const server = await serveRealtime(serverOptions);
  const clock = realtimeClock();
  const session = transcribeLive(accessTo(server.origin, clock), { model, ...options });
  return { server, clock, session };
}

describe('a session', () => {
  test.each<[string, unknown, string]>([
    ['a bigint', 1n, '`session.extra` is a bigint'],
    ['a Map', new Map(), '`session.extra` is a Map'],
    ['bytes', Buffer.from('a'), 'base64'],
    ['no number', Number.NaN, '`session.extra` is NaN'],
  ])(
    'whose wire fields hold %s is refused, and goes on where they were to change',
    async (_, extra, problem) => {
      const fields = { extra } as LiveOptions['session'];
      const { session } = await start();

      expect(() => transcribeLive(accessTo('http://127.0.0.1:1'), { model, session: fields })).toThrow(
        problem,
      );
      expect(await failureOf(session.update(fields!))).toMatchObject({
        name: 'ArgumentError',
        message: expect.stringContaining(problem) as string,
      });
      await session.end();
      await session.result();
    },
  );

  test('says how the audio is, and waits for the answer, before the first byte', async () => {
    let bytesBefore = -1;
    const { server, session } = await start({
      onMessage: (message, served, usual) => {
        if (message.type === 'session.update') {
          // Time for a client that does not wait.
          setTimeout(() => {
            bytesBefore = audioIn(served).byteLength;
            usual();
          }, 20);
        } else usual();
      },
    });

    void session.send(new Uint8Array(100));
    void session.end();
    await session.result();

    expect(bytesBefore).toBe(0);
    expect(server.sessions[0]!.received).toMatchObject([
      { type: 'session.update', session: { audio_format: { encoding: 'pcm_s16le', sample_rate: 16_000 } } },
      { type: 'input_audio.append' },
      { type: 'input_audio.flush' },
      { type: 'input_audio.end' },
    ]);
  });

  test.each([
    ['RIFF....WAVEfmt ', 'is a WAV file, whose header would be heard as noise; `audioFromWav()` reads it'],
    ['OggS............', 'is an Ogg file'],
    ['fLaC............', 'is a FLAC file'],
    ['ID3\u0004............', 'is an MP3 file'],
  ])(
    'fails over audio that begins with %j, awaited or not, and sends nothing of it',
    async (beginning, message) => {
      const { server, session } = await start();

      const sending = failureOf(session.send(new TextEncoder().encode(beginning)));

      expect(await failureOf(session.result())).toHaveProperty('message', expect.stringContaining(message));
      expect(await sending).toBeInstanceOf(ArgumentError);
      expect(audioIn(server.sessions[0]!).byteLength).toBe(0);
    },
  );

  test('asks for its model in the URL, and for nothing else', async () => {
    const { server, session } = await start({}, { model: 'a model & more' });

    await session.opened();

    expect(server.upgrades[0]!.url).toBe('/v1/audio/transcriptions/realtime?model=a+model+%26+more');
    session.abort();
  });

  test('hands the wishes on as they are on the wire', async () => {
    const { server, session } = await start(
      {},
      {
        audioFormat: { encoding: 'pcm_mulaw', sample_rate: 8_000 },
        targetStreamingDelayMs: 480,
        session: { language: 'fr' },
      },
    );

    expect(await session.opened()).toEqual(sessionOf({ encoding: 'pcm_mulaw', sample_rate: 8_000 }));

    expect(server.sessions[0]!.received).toEqual([
      {
        type: 'session.update',
        session: {
          audio_format: { encoding: 'pcm_mulaw', sample_rate: 8_000 },
          target_streaming_delay_ms: 480,
          language: 'fr',
        },
      },
    ]);
    session.abort();
  });

  test('sends the bytes that it was given, whatever the pieces, and the buffer may be used again', async () => {
    const audio = randomBytes(300_002);
    const { server, session } = await start();
    const buffer = new Uint8Array(7_001);

    for (let at = 0; at < audio.length; at += buffer.length) {
      const piece = audio.subarray(at, at + buffer.length);
      buffer.set(piece);
      void session.send(buffer.subarray(0, piece.length));
      buffer.fill(0);
    }
    await session.end();
    await session.result();

    expect(audioIn(server.sessions[0]!).equals(audio)).toBe(true);
  });

  test.each([
    ['pcm_s16le', 65_536, 65_536],
    ['pcm_s32le', 65_535, 65_532],
    ['pcm_alaw', 65_535, 65_535],
    ['pcm_f32le', 262_144, 262_144],
  ] as const)(
    'cuts %s into messages of at most %i bytes, at samples',
    async (encoding, chunkBytes, longest) => {
      const { server, session } = await start(
        {},
        { audioFormat: { encoding, sample_rate: 16_000 }, chunkBytes },
      );

      await session.send(new Uint8Array(600_000));
      await session.end();
      await session.result();

      const sizes = server.sessions[0]!.received.flatMap((message) =>
        message.type === 'input_audio.append' ? [Buffer.from(message.audio, 'base64').byteLength] : [],
      );
      expect(sizes.slice(0, -1).every((size) => size === longest)).toBe(true);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(600_000);
    },
  );

  test('loses no event that came before anybody asked', async () => {
    const { clock, session } = await start();
    await session.send(new Uint8Array(2));
    await session.end();
    await session.result();

    expect((await collect(session)).map(({ type }) => type)).toEqual([
      'session.created',
      'session.updated',
      'transcription.text.delta',
      'transcription.done',
    ]);
    expect(clock.pending()).toBe(0);
  });

  test('gives the text alone, as it comes and as a whole', async () => {
    const { session } = await start();
    await session.send(new Uint8Array(2));
    await session.send(new Uint8Array(2));
    void session.end();

    expect(await collect(session.text())).toEqual(['w1 ', 'w2 ']);
    expect(await session.text()).toBe('w1 w2 ');
  });

  test('gives the finished transcription', async () => {
    const { session } = await start();
    await session.send(new Uint8Array(2));
    await session.end();

    expect(await session.result()).toEqual({
      text: 'w1 ',
      language: 'fr',
      segments: [],
      gaps: [],
      model,
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_audio_seconds: 1 },
    });
  });

  test('goes on after a `done` that answers a flush', async () => {
    const { session } = await start({
      onMessage: (message, { say }, usual) => {
        if (message.type === 'input_audio.flush') say({ type: 'transcription.done', text: 'Hello. ' });
        else if (message.type === 'input_audio.end') say({ type: 'transcription.done', text: 'World.' });
        else usual();
      },
    });
    const events = session[Symbol.asyncIterator]();
    void session.flush();
    for (;;) if ((await events.next()).value?.type === 'transcription.done') break;
    await session.send(new Uint8Array(2));

    expect(session.partial.text).toMatch(/^Hello\. /);
    session.abort();
  });

  test('passes on what nobody knows yet', async () => {
    const { session } = await start({
      onMessage: (message, { say }, usual) => {
        if (message.type === 'input_audio.end') say({ type: 'turn.mood', mood: 'good' });
        usual();
      },
    });
    void session.end();

    expect(await collect(session)).toContainEqual({ type: 'turn.mood', mood: 'good' });
  });

  test('closes the connection as one does, once all has been said', async () => {
    const { server, session } = await start();
    void session.end();
    await session.result();

    const closed = new Promise((resolve) => server.sessions[0]!.socket.on('close', resolve));
    expect(await closed).toBe(1000);
  });

  test('is changed before audio, and no longer after it', async () => {
    const { server, session } = await start();

    await session.update({ audio_format: { encoding: 'pcm_alaw', sample_rate: 8_000 } });
    void session.send(new Uint8Array(3));
    const sent = server.sessions[0]!.received.length;
    const late = await failureOf(session.update({ target_streaming_delay_ms: 240 }));

    expect(late).toBeInstanceOf(ArgumentError);
    expect(String(late)).toContain('target_streaming_delay_ms');
    await session.update({ language: 'fr' });
    await session.end();
    await session.result();
    expect(server.sessions[0]!.received.slice(sent).map(({ type }) => type)).toEqual([
      'input_audio.append',
      'session.update',
      'input_audio.flush',
      'input_audio.end',
    ]);
  });

  test('refuses what is no audio, and audio after the end, without harm', async () => {
    const { session } = await start();

    expect(await failureOf(session.send('UklGRg==' as never))).toBeInstanceOf(ArgumentError);
    const ending = session.end();
    expect(session.end()).toBe(ending);
    expect(await failureOf(session.send(new Uint8Array(2)))).toBeInstanceOf(ArgumentError);
    expect(await failureOf(session.flush())).toBeInstanceOf(ArgumentError);
    await session.result();
    expect(await failureOf(session.update({}))).toBeInstanceOf(MistralError);
  });

  test('fails if the audio ends in the middle of a sample', async () => {
    const { session } = await start();
    await session.send(new Uint8Array(3));

    const error = await failureOf(session.end());

    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).toContain('1 of its 2 bytes');
    expect(await failureOf(session.result())).toBe(error);
  });
});

describe('events', () => {
  const chatty: RealtimeServerOptions = {
    onMessage: (message, { say }, usual) => {
      if (message.type === 'input_audio.append')
        for (let index = 0; index < 50; index += 1) say({ type: 'transcription.text.delta', text: 'x' });
      else usual();
    },
  };

  test('fail the session when too many wait for a reader', async () => {
    const { clock, session } = await start(chatty, { maxQueuedEvents: 10 });
    await session.send(new Uint8Array(2));
    const iterator = session[Symbol.asyncIterator]();

    const error = await failureOf(session.result());

    expect(String(error)).toContain('maxQueuedEvents');
    for (let index = 0; index < 10; index += 1) expect((await iterator.next()).done).toBe(false);
    expect(await failureOf(iterator.next())).toBe(error);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(clock.pending()).toBe(0);
  });

  test('are given up when only the result was asked for', async () => {
    const { session } = await start(chatty, { maxQueuedEvents: 10 });
    const result = session.result();
    await session.send(new Uint8Array(2));
    await session.end();
    await result;

    expect(() => session[Symbol.asyncIterator]()).toThrow('only its result was requested');
  });

  test('are read once', async () => {
    const { session } = await start();
    session[Symbol.asyncIterator]();

    expect(() => session[Symbol.asyncIterator]()).toThrow('already being read');
    session.abort();
  });

  test('end the session when their loop is left', async () => {
    const { server, clock, session } = await start();
    for await (const event of session) if (event.type === 'session.updated') break;

    expect(String(await failureOf(session.result()))).toContain('cancelled before its end');
    expect(await failureOf(session.send(new Uint8Array(2)))).toBeInstanceOf(MistralError);
    const closed = new Promise((resolve) => server.sessions[0]!.socket.on('close', resolve));
    expect(await closed).toBe(1006);
    expect(clock.pending()).toBe(0);
  });
});

describe('sending', () => {
  test('waits while the network is slow, and holds no more than it may', async () => {
    const { server, session } = await start(
      { onMessage: (message, _, usual) => (message.type === 'input_audio.append' ? undefined : usual()) },
      { maxBufferedBytes: 100_000 },
    );
    await session.opened();
    // The server reads nothing more, until later.
    server.sessions[0]!.socket.pause();
    let sent = 0;
    const sending = (async () => {
      for (; sent < 400; sent += 1) await session.send(new Uint8Array(65_536).fill(sent));
    })();
    await untilStill(() => sent);

    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(400);
    server.sessions[0]!.socket.resume();
    await sending;
    await session.end();
    await session.result();
    expect(audioIn(server.sessions[0]!).byteLength).toBe(400 * 65_536);
  });

  test('fails the session when too much waits in calls that nobody awaits', async () => {
    const { session } = await start({ onOpen: () => {} }, { maxPendingBytes: 1_000 });
    void session.send(new Uint8Array(600));
    void session.send(new Uint8Array(600));

    expect(String(await failureOf(session.result()))).toContain('maxPendingBytes');
  });
});

test.each<[string, Partial<LiveOptions>]>([
  ['model', { model: '' }],
  ['encoding', { audioFormat: { encoding: 'mp3' as never, sample_rate: 16_000 } }],
  ['sample_rate', { audioFormat: { encoding: 'pcm_s16le', sample_rate: 4_000 } }],
  ['chunkBytes', { chunkBytes: 262_145 }],
  ['chunkBytes', { chunkBytes: 1 }],
  ['maxBufferedBytes', { maxBufferedBytes: 0 }],
  ['maxQueuedEvents', { maxQueuedEvents: Number.NaN }],
  ['targetStreamingDelayMs', { targetStreamingDelayMs: -1 }],
  ['timeoutMs', { timeoutMs: 0 }],
  ['session', { session: 'fr' as never }],
  ['WebSocket', { WebSocket: {} as never }],
  ['audioFormat', { audio_format: {} } as never],
])('a bad `%s` is refused at once', (name, options) => {
  expect(() => transcribeLive(accessTo('http://127.0.0.1:1'), { model, ...options })).toThrow(ArgumentError);
  expect(() => transcribeLive(accessTo('http://127.0.0.1:1'), { model, ...options })).toThrow(name);
});

test('an API key is refused where a client token is due', () => {
  expect(() => transcribeLive({ clientToken: 'an-api-key' }, { model })).toThrow('rt_');
  expect(() => transcribeLive(undefined as never, { model })).toThrow(ArgumentError);
});
