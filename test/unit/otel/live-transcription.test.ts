import { SpanStatusCode } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { openTelemetry } from '../../../src/otel/index.js';
import { transcribeLive, transcribeStream } from '../../../src/realtime/node.js';
import { failureOf } from '../../helpers/failure-of.js';
import { accessTo, realtimeClock } from '../../helpers/realtime-access.js';
import { serveRealtime, type RealtimeServerOptions } from '../../helpers/realtime-server.js';
import { exportedSpans } from '../../helpers/spans.js';

const spans = exportedSpans();

async function traced(options: RealtimeServerOptions = {}) {
  const server = await serveRealtime(options);
  return accessTo(server.origin, realtimeClock(), { observer: openTelemetry(), maxRetries: 0 });
}

const model = 'voxtral-realtime';
const audio = async function* () {
  for (let count = 0; count < 3; count += 1) yield new Uint8Array(3_200);
};
/** Audio that goes on. */
const endless = () =>
  new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(320)) });

test('the span of live transcription ends with the session', async () => {
  await transcribeStream(await traced(), audio(), { model }).result();

  const { name, status, attributes } = spans.only();
  expect(name).toBe('audio.transcriptions.realtime');
  expect(status).toEqual({ code: SpanStatusCode.UNSET });
  expect(attributes).toMatchObject({ 'http.response.status_code': 101 });
});

test('the span of live transcription that the server cuts off has the error', async () => {
  const access = await traced({
    onMessage: ({ type }, { socket }, usual) =>
      type === 'input_audio.append' ? socket.terminate() : usual(),
  });

  await failureOf(transcribeStream(access, audio(), { model }).result());

  expect(spans.only().attributes['error.type']).toBe('SocketClosedError');
});

test('the span of live transcription that is aborted says so', async () => {
  const session = transcribeLive(await traced(), { model });
  await session.opened();

  session.abort();
  await failureOf(session.result());

  expect(spans.only().attributes['error.type']).toBe('AbortError');
});

test('the span of live transcription that could not be opened has the error', async () => {
  const session = transcribeLive(await traced({ refuse: () => true }), { model });

  await failureOf(session.result());

  expect(spans.only().attributes['error.type']).toBe('AuthenticationError');
});

test('live transcription that is left is no error', async () => {
  for await (const _ of transcribeStream(await traced(), endless(), { model })) break;

  expect(spans.only().status).toEqual({ code: SpanStatusCode.UNSET });
});

test('each connection of live transcription has a span of its own', async () => {
  let cuts = 0;
  const access = await traced({
    onMessage: ({ type }, { socket }, usual) => {
      if (type !== 'input_audio.append' || cuts > 0) return usual();
      cuts += 1;
      socket.terminate();
    },
  });

  await transcribeStream(access, audio(), { model, reconnect: 1 }).result();

  expect(spans.all().map(({ attributes }) => attributes['error.type'])).toEqual([
    'SocketClosedError',
    undefined,
  ]);
});
