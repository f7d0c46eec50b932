import { expect, test, vi } from 'vitest';

import { transcribeLive, type LiveOptions } from '../../../src/realtime/node.js';
import { Transcript } from '../../../src/realtime/transcript.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { accessTo } from '../../helpers/realtime-access.js';
import {
  serveRealtime,
  type OnMessage,
  type RealtimeServer,
  type ServedSession,
} from '../../helpers/realtime-server.js';

const model = 'voxtral-realtime';
const piece = new Uint8Array(640);

async function start(onMessage: OnMessage, options: Partial<LiveOptions> = {}) {
  const server = await serveRealtime({ onMessage });
  const clock = handClock();
  const session = transcribeLive(accessTo(server.origin, clock), { model, ...options });
  return { server, clock, session };
}

const countOf = ({ received }: ServedSession, type: string) =>
  received.filter((message) => message.type === type).length;

/** Lets messages on loopback arrive. */
const arrive = () => new Promise((resolve) => setTimeout(resolve, 30));

/** Lets all that was sent arrive, however slow the machine is, and the responses to it. */
async function endArrives(server: RealtimeServer): Promise<void> {
  await vi.waitFor(() => expect(countOf(server.sessions[0]!, 'input_audio.end')).toBe(1), 30_000);
  await arrive();
}

/** Whether the session has come to its end. */
const isOver = (result: Promise<unknown>) =>
  Promise.race([result.then(() => true), arrive().then(() => false)]);

/** Responds to each request with a `done` that has the words of the audio since the one before. */
function respondsToAll(): OnMessage {
  let said = 0;
  return (message, session, usual) => {
    if (message.type !== 'input_audio.flush' && message.type !== 'input_audio.end') {
      if (message.type === 'session.update') usual();
      return;
    }
    const words = [];
    for (; said < countOf(session, 'input_audio.append'); said += 1) words.push(`w${said + 1} `);
    for (const text of words) session.say({ type: 'transcription.text.delta', text });
    session.say({ type: 'transcription.done', text: words.join('') });
  };
}

test('a `done` that responds to a flush does not complete the session, although the end was sent before it came', async () => {
  const { clock, session } = await start(respondsToAll());
  void session.send(piece);
  void session.flush();
  void session.send(piece);
  void session.end();

  expect((await session.result()).text).toBe('w1 w2 ');
  expect(clock.pending()).toBe(0);
});

test('a `done` that responds to the flush of the end does not cut off what the end brings', async () => {
  const { session } = await start((message, { say }, usual) => {
    if (message.type === 'session.update') usual();
    if (message.type === 'input_audio.flush') say({ type: 'transcription.done', text: 'one ' });
    if (message.type === 'input_audio.end') say({ type: 'transcription.done', text: 'two' });
  });
  void session.send(piece);
  void session.end();

  expect((await session.result()).text).toBe('one two');
});

test('a server that responds to the end alone completes the session, once it has said nothing for a moment', async () => {
  const { server, clock, session } = await start((_message, _session, usual) => usual());
  void session.send(piece);
  void session.end();
  const result = session.result();
  await endArrives(server);
  expect(await isOver(result)).toBe(false);

  clock.pass(500);

  expect((await result).text).toBe('w1 ');
  expect(clock.pending()).toBe(0);
});

test('a server that responds to no flush completes the session, after a longer silence', async () => {
  const { server, clock, session } = await start((_message, _session, usual) => usual());
  void session.send(piece);
  void session.flush();
  void session.send(piece);
  void session.end();
  const result = session.result();
  await endArrives(server);

  clock.pass(4_999);
  expect(await isOver(result)).toBe(false);
  clock.pass(1);

  expect((await result).text).toBe('w1 w2 ');
});

test('text that is slow to come after the `done` of a flush is waited for', async () => {
  const { server, clock, session } = await start((message, _session, usual) => {
    if (message.type === 'session.update') usual();
  });
  await session.send(piece);
  await session.flush();
  await session.send(piece);
  await session.end();
  const result = session.result();
  const { say } = server.sessions[0]!;
  for (const text of ['one ', 'two ', 'three']) {
    say({ type: 'transcription.text.delta', text });
    await arrive();
    clock.pass(400);
    say({ type: 'transcription.done', text });
    await arrive();
    clock.pass(400);
  }

  expect((await result).text).toBe('one two three');
});

test('a server that has responded to a flush is given longer for the others', async () => {
  const { server, clock, session } = await start((message, _session, usual) => {
    if (message.type === 'session.update') usual();
  });
  await session.send(piece);
  await session.flush();
  await arrive();
  const { say } = server.sessions[0]!;
  say({ type: 'transcription.done', text: 'one ' });
  await arrive();
  await session.send(piece);
  await session.flush();
  await session.end();
  const result = session.result();
  say({ type: 'transcription.done', text: 'two ' });
  await arrive();

  clock.pass(29_999);
  expect(await isOver(result)).toBe(false);
  clock.pass(1);

  expect((await result).text).toBe('one two ');
});

test.each([1000, 1011])('a close with %i after the `done` of the end completes the session', async (code) => {
  const { clock, session } = await start((message, { socket }, usual) => {
    usual();
    if (message.type === 'input_audio.end') socket.close(code);
  });
  void session.send(piece);
  void session.end();

  expect((await session.result()).text).toBe('w1 ');
  expect(clock.pending()).toBe(0);
});

test('a connection that breaks while a flush waits for its text is a failure, and not the end', async () => {
  const { session } = await start((message, { say, socket }, usual) => {
    if (message.type === 'session.update') usual();
    if (message.type !== 'input_audio.end') return;
    say({ type: 'transcription.done', text: 'one ' });
    socket.close(1011);
  });
  void session.send(piece);
  void session.flush();
  void session.send(piece);
  void session.end();

  expect(await failureOf(session.result())).toMatchObject({ code: 1011, partial: { text: 'one ' } });
});

test('another connection has no flushes to respond to but its own', async () => {
  const respond = respondsToAll();
  const { server, session } = await start(
    (message, served, usual) => {
      if (served !== server.sessions[0]) respond(message, served, usual);
      else if (message.type === 'session.update') usual();
      else if (message.type === 'input_audio.end') served.socket.close(1011);
    },
    { reconnect: 1 },
  );
  void session.send(piece);
  void session.flush();
  void session.flush();
  void session.end();

  const { text, gaps } = await session.result();

  expect({ text, gaps }).toEqual({ text: '', gaps: [{ gapStartMs: 0, gapEndMs: 20 }] });
});

test('a flush before the format is changed is remembered', async () => {
  const { session } = await start(respondsToAll());
  void session.flush();
  void session.update({ audio_format: { encoding: 'pcm_alaw', sample_rate: 8_000 } });
  void session.send(piece);
  void session.end();

  expect((await session.result()).text).toBe('w1 ');
});

test('text that came before the `done` of a flush, and belongs to what follows, is kept', () => {
  const transcript = new Transcript();
  for (const text of ['one ', 'two ', 'three']) transcript.add({ type: 'transcription.text.delta', text });
  transcript.add({ type: 'transcription.done', text: 'one ' });
  expect(transcript.result.text).toBe('one two three');

  transcript.add({ type: 'transcription.done', text: '' });

  expect(transcript.result.text).toBe('one two three');
});

test('words that are said again after a flush are text of their own', () => {
  const transcript = new Transcript();
  for (let time = 0; time < 2; time += 1) {
    transcript.add({ type: 'transcription.text.delta', text: 'Yes. ' });
    transcript.add({ type: 'transcription.done', text: 'Yes. ' });
  }

  expect(transcript.result.text).toBe('Yes. Yes. ');
});
