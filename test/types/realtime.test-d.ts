import { expectTypeOf, test } from 'vitest';

import type { Mistral } from '../../src/index.js';
import {
  transcribeLive,
  transcribeStream,
  type LiveTranscription,
  type TranscriptionSession,
} from '../../src/realtime/index.js';
import * as node from '../../src/realtime/node.js';

declare const mistral: Mistral;
declare const session: TranscriptionSession;

test('events are narrowed by their tag, those of the server and our own', async () => {
  for await (const event of session) {
    if (event.type === 'transcription.text.delta') expectTypeOf(event.text).toEqualTypeOf<string>();
    if (event.type === 'transcription.segment')
      expectTypeOf(event.start).toEqualTypeOf<number | null | undefined>();
    if (event.type === 'reconnected') expectTypeOf(event.gapStartMs).toEqualTypeOf<number>();
  }
});

test('a client or a client token opens a session, and an API key alone does not', () => {
  expectTypeOf(transcribeLive(mistral, { model: 'm' })).toEqualTypeOf<TranscriptionSession>();
  transcribeLive({ clientToken: async () => 'rt_1' }, { model: 'm' });
  // @ts-expect-error a page has no key
  transcribeLive({ apiKey: 'key' }, { model: 'm' });
  // @ts-expect-error the model is required
  transcribeLive(mistral, {});
});

test('encodings are those that the API takes', () => {
  transcribeLive(mistral, { model: 'm', audioFormat: { encoding: 'pcm_f32le', sample_rate: 48_000 } });
  // @ts-expect-error not raw samples
  transcribeLive(mistral, { model: 'm', audioFormat: { encoding: 'mp3', sample_rate: 48_000 } });
});

test('any stream of bytes is transcribed, and text is not', async () => {
  expectTypeOf(transcribeStream(mistral, process.stdin, { model: 'm' })).toEqualTypeOf<LiveTranscription>();
  transcribeStream(mistral, new Blob().stream(), { model: 'm' });
  async function* texts() {
    yield 'text';
  }
  // @ts-expect-error text is no audio
  transcribeStream(mistral, texts(), { model: 'm' });
});

test('the WebSockets of `ws` and of the runtime are taken, and both entries are alike', async () => {
  const { WebSocket } = await import('ws');
  transcribeLive(mistral, { model: 'm', WebSocket });
  transcribeLive(mistral, { model: 'm', WebSocket: globalThis.WebSocket });
  expectTypeOf(node.transcribeLive).toEqualTypeOf<typeof transcribeLive>();
  expectTypeOf(node.transcribeStream).toEqualTypeOf<typeof transcribeStream>();
});
