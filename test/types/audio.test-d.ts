import { describe, expectTypeOf, test } from 'vitest';

import { speak, type SpeechClient } from '../../src/audio/index.js';
import type { Mistral } from '../../src/index.js';
import { fileFromPath } from '../../src/uploads/node.js';

declare const mistral: Mistral;

describe('speak', () => {
  test('takes the resource of the client', () => {
    expectTypeOf(mistral.audio.speech).toExtend<SpeechClient>();
  });

  test('takes recordings, and a field that is not described', () => {
    speak(mistral.audio.speech, { input: 'a', ref_audio: fileFromPath('a.wav') });
    speak(mistral.audio.speech, { input: 'a', ref_audio: new Uint8Array(), temperature: 0 });
    // @ts-expect-error -- a path is no recording
    speak(mistral.audio.speech, { input: 'a', ref_audio: new URL('file:///a.wav') });
  });

  test('refuses a format that is none, and samples without a rate', () => {
    // @ts-expect-error -- not a format of the API
    speak(mistral.audio.speech, { input: 'a', response_format: 'aac' });
    // @ts-expect-error -- the rate is missing
    speak(mistral.audio.speech, { input: 'a', response_format: 'pcm' }, { wav: {} });
    // @ts-expect-error -- there is nothing to say
    speak(mistral.audio.speech, { voice_id: 'a' });
  });

  test('gives bytes, a stream and a response', async () => {
    const speech = speak(mistral.audio.speech, { input: 'a' });

    expectTypeOf(await speech).toEqualTypeOf<Response>();
    expectTypeOf(speech.bytes()).resolves.toExtend<Uint8Array>();
    expectTypeOf(speech.stream()).toExtend<ReadableStream<Uint8Array>>();
    expectTypeOf(speech.usage?.total_tokens).toEqualTypeOf<number | undefined>();
  });
});
