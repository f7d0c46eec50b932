import { expect, test } from 'vitest';

import { AuthenticationError, Mistral, UnprocessableEntityError } from '../../../src/index.js';
import { transcribeLive, transcribeStream } from '../../../src/realtime/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const model = 'voxtral-realtime';

async function* threePieces() {
  for (let index = 0; index < 3; index += 1) yield new Uint8Array(640);
}

test('a live session is transcribed without a network', async () => {
  const { WebSocket, requests } = createMockMistral();
  const mistral = new Mistral({ apiKey: 'test', logLevel: 'off' });

  const live = transcribeStream(mistral, threePieces(), { model, WebSocket });

  expect((await collect(live)).map(({ type }) => type)).toEqual([
    'session.created',
    'session.updated',
    'transcription.language',
    'transcription.text.delta',
    'transcription.text.delta',
    'transcription.text.delta',
    'transcription.text.delta',
    'transcription.text.delta',
    'transcription.segment',
    'transcription.done',
  ]);
  expect(await live.text()).toBe('Two coffees, please.');
  expect(requests[0]).toMatchObject({ method: 'GET', path: '/v1/audio/transcriptions/realtime' });
});

test('it says what the test wants, and refuses as the test wants', async () => {
  const mock = createMockMistral().on('audio.transcriptions.stream', [
    {
      type: 'transcription.done',
      text: 'Non.',
      model,
      language: 'fr',
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
  ]);
  const { WebSocket } = mock;
  const mistral = new Mistral({ apiKey: 'test', logLevel: 'off' });
  expect(await transcribeStream(mistral, threePieces(), { model, WebSocket }).text()).toBe('Non.');

  mock.on('audio.transcriptions.stream', Response.json({ message: 'no' }, { status: 401 }));

  const refused = await failureOf(transcribeLive(mistral, { model, WebSocket }).result());
  expect(refused).toBeInstanceOf(AuthenticationError);
});

test('a client token opens a session, and a missing model does not', async () => {
  const { WebSocket } = createMockMistral();
  const session = transcribeLive({ clientToken: 'rt_1' }, { model, WebSocket });
  void session.end();
  expect((await session.result()).text).toBe('Two coffees, please.');

  const mistral = new Mistral({
    apiKey: 'test',
    logLevel: 'off',
    middleware: [async (request, next) => next({ ...request, url: request.url.replace(/\?.*/, '') })],
  });

  const refused = await failureOf(transcribeLive(mistral, { model, WebSocket }).result());
  expect(refused).toBeInstanceOf(UnprocessableEntityError);
});
