import { describe, expect, test } from 'vitest';

import { SocketClosedError, transcribeLive, type LiveOptions } from '../../../src/realtime/node.js';
import { AudioProgress } from '../../../src/realtime/audio-progress.js';
import { Transcript } from '../../../src/realtime/transcript.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';
import { accessTo, realtimeClock } from '../../helpers/realtime-access.js';
import { audioIn, serveRealtime, type OnMessage } from '../../helpers/realtime-server.js';

const model = 'voxtral-realtime';
/** A second of `pcm_s16le` at 16 kHz. */
const second = 32_000;

async function start(onMessage: OnMessage, options: Partial<LiveOptions>) {
  const server = await serveRealtime({ onMessage });
  const clock = realtimeClock();
  const session = transcribeLive(accessTo(server.origin, clock), { model, ...options });
  return { server, clock, session };
}

/** Settles half a second of the first audio, and breaks with the second. */
const breaking: (code: number) => OnMessage = (code) => {
  let lost = false;
  return (message, served, usual) => {
    usual();
    if (message.type !== 'input_audio.append' || lost) return;
    const pieces = served.received.filter(({ type }) => type === 'input_audio.append').length;
    if (pieces === 1) served.say({ type: 'transcription.segment', text: 'w1 ', start: 0, end: 0.5 });
    if (pieces === 2) {
      lost = true;
      served.socket.close(code, 'on purpose');
    }
  };
};

describe('a connection that is lost', () => {
  test('ends the session unless it is told otherwise', async () => {
    const { session } = await start(breaking(1011), { chunkBytes: second });
    await session.send(new Uint8Array(2 * second));

    expect(await failureOf(session.result())).toBeInstanceOf(SocketClosedError);
  });

  test.each([1001, 1006, 1011, 1013])('with %i is replaced, and the gap is told', async (code) => {
    const { server, clock, session } = await start(
      code === 1006
        ? (message, served, usual) => {
            const first = server.sessions[0] === served;
            usual();
            if (message.type !== 'input_audio.append' || !first) return;
            if (audioIn(served).byteLength === second)
              served.say({ type: 'transcription.segment', text: 'w1 ', start: 0, end: 0.5 });
            else served.request.socket.destroy();
          }
        : breaking(code),
      { reconnect: 1, chunkBytes: second },
    );
    const events = session[Symbol.asyncIterator]();
    await session.send(new Uint8Array(2 * second));
    const seen = [];
    for (;;) {
      const { value } = await events.next();
      seen.push(value?.type);
      if (value?.type !== 'reconnected') continue;
      expect(value).toMatchObject({ gapStartMs: 500, gapEndMs: 2_000 });
      expect(value.cause).toMatchObject({ name: 'SocketClosedError', code });
      break;
    }
    await session.send(new Uint8Array(second).fill(7));
    await session.end();
    const result = await session.result();

    expect(seen).toContain('transcription.segment');
    expect(server.sessions).toHaveLength(2);
    expect(audioIn(server.sessions[1]!)).toEqual(Buffer.alloc(second, 7));
    expect(result.gaps).toEqual([{ gapStartMs: 500, gapEndMs: 2_000 }]);
    expect(result.text).toMatch(/^w1 (w2 )?w1 $/);
    expect(clock.pending()).toBe(0);
  });

  test('after the end is replaced by one that only says the rest', async () => {
    let ends = 0;
    const { server, session } = await start(
      (message, { socket }, usual) => {
        if (message.type === 'input_audio.end' && ends++ === 0) socket.close(1011);
        else usual();
      },
      { reconnect: 1 },
    );
    await session.send(new Uint8Array(second));
    await session.end();

    expect((await session.result()).gaps).toEqual([{ gapStartMs: 0, gapEndMs: 1_000 }]);
    expect(server.sessions[1]!.received.map(({ type }) => type)).toEqual([
      'session.update',
      'input_audio.flush',
      'input_audio.end',
    ]);
  });

  test('by a refusal is not replaced', async () => {
    const { server, session } = await start(breaking(1008), { reconnect: 5 });
    await session.send(new Uint8Array(8 * second));

    expect(await failureOf(session.result())).toMatchObject({ code: 1008 });
    expect(server.sessions).toHaveLength(1);
  });

  test('again and again without a word in between is given up', async () => {
    const { server, session } = await start(
      (message, { socket }, usual) => (message.type === 'input_audio.append' ? socket.close(1011) : usual()),
      { reconnect: 2 },
    );
    const sending = (async () => {
      for (;;) await session.send(new Uint8Array(640));
    })();

    expect(await failureOf(session.result())).toMatchObject({ code: 1011, retryable: false });
    expect(await failureOf(sending)).toMatchObject({ code: 1011 });
    expect(server.sessions).toHaveLength(3);
  });

  test('is replaced as often as it was worth something', async () => {
    const { server, session } = await start(
      (message, { socket }, usual) => {
        usual();
        if (message.type === 'input_audio.append' && server.sessions.length < 4) socket.close(1011);
      },
      { reconnect: 1 },
    );
    const events = session[Symbol.asyncIterator]();
    for (let losses = 0; losses < 3; losses += 1) {
      await session.send(new Uint8Array(second));
      while ((await events.next()).value?.type !== 'reconnected');
    }
    await session.end();

    expect((await session.result()).gaps).toEqual([
      { gapStartMs: 0, gapEndMs: 1_000 },
      { gapStartMs: 1_000, gapEndMs: 2_000 },
      { gapStartMs: 2_000, gapEndMs: 3_000 },
    ]);
  });

  test('is replaced by one that knows what was changed meanwhile', async () => {
    const { server, session } = await start(breaking(1011), { reconnect: 1, chunkBytes: second });
    await session.update({ language: 'fr' });
    await session.send(new Uint8Array(2 * second));
    await session.end();
    await session.result();

    expect(server.sessions[1]!.received[0]).toMatchObject({
      session: { language: 'fr', audio_format: { encoding: 'pcm_s16le' } },
    });
  });
});

test('an abort while another connection is opened ends the session', async () => {
  const server = await serveRealtime({
    onMessage: (message, { socket }, usual) =>
      message.type === 'input_audio.append' ? socket.close(1011) : usual(),
    onOpen: ({ say }) => {
      if (server.sessions.length === 1)
        say({
          type: 'session.created',
          session: { request_id: '1', model, audio_format: { encoding: 'pcm_s16le', sample_rate: 16_000 } },
        });
    },
  });
  const clock = realtimeClock();
  const session = transcribeLive(accessTo(server.origin, clock), { model, reconnect: 1 });
  await session.send(new Uint8Array(second));
  while (server.sessions.length < 2) await new Promise(setImmediate);
  const waiting = failureOf(session.send(new Uint8Array(2)));

  session.abort(new Error('enough'));

  expect(await failureOf(collect(session))).toMatchObject({ name: 'AbortError' });
  expect(await waiting).toMatchObject({ name: 'AbortError' });
  expect(clock.pending()).toBe(0);
});

test('the times of what comes after a gap count from the beginning of the audio', () => {
  const transcript = new Transcript();
  const segment = { type: 'transcription.segment', text: 'Yes. ', start: 0.25, end: 0.5 } as const;
  transcript.add({ type: 'transcription.done', text: 'Yes. ' });
  transcript.reconnected({ gapStartMs: 1_000, gapEndMs: 2_000 });
  transcript.add(segment);
  transcript.add({ type: 'transcription.segment', text: 'No.', end: null });
  transcript.add({ type: 'transcription.done', text: 'Yes. No.' });

  expect(transcript.result).toMatchObject({
    text: 'Yes. Yes. No.',
    segments: [
      { text: 'Yes. ', start: 2.25, end: 2.5 },
      { text: 'No.', end: null },
    ],
    gaps: [{ gapStartMs: 1_000, gapEndMs: 2_000 }],
  });
});

test('what is settled is told by segments and by answers to flushes, and never runs ahead of the audio', () => {
  const progress = new AudioProgress({ encoding: 'pcm_s16le', sample_rate: 16_000 });
  progress.sent(second);
  progress.flushed();
  progress.sent(second);
  progress.heard({ type: 'transcription.done', text: '' });
  expect(progress.reconnected()).toEqual({ gapStartMs: 1_000, gapEndMs: 2_000 });

  progress.sent(second);
  progress.heard({ type: 'transcription.segment', text: '', start: 0, end: 0.25 });
  expect(progress.reconnected()).toEqual({ gapStartMs: 2_250, gapEndMs: 3_000 });

  progress.heard({ type: 'transcription.segment', text: '', end: 9 });
  expect(progress.reconnected()).toEqual({ gapStartMs: 3_000, gapEndMs: 3_000 });
});
