import { describe, expect, test } from 'vitest';

import { MistralCallError } from '../../../src/ai-sdk/index.js';
import { failWith } from '../../../src/testing/index.js';
import { mockedProvider } from '../../helpers/ai-sdk.js';
import { failureOf } from '../../helpers/failure-of.js';

describe('an embedding model', () => {
  test('gives a vector for each value, the tokens, and the headers', async () => {
    const { mock, provider } = mockedProvider();
    const result = await provider.embedding('mistral-embed').doEmbed({ values: ['a', 'b'] });

    expect(result.embeddings).toHaveLength(2);
    expect(result.embeddings[0]).toEqual(expect.arrayContaining([expect.any(Number)]));
    expect(result.usage?.tokens).toBeGreaterThan(0);
    expect(result.response.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(result.warnings).toEqual([]);
    expect(mock.callsTo('embeddings.create')[0]!.params).toEqual({
      model: 'mistral-embed',
      input: ['a', 'b'],
    });
  });

  test('puts vectors into the order of the values, whatever order they come in', async () => {
    const vector = (index: number) => ({ object: 'embedding', index, embedding: [index] });
    const { provider } = mockedProvider({
      'embeddings.create': (_, usual) => ({ ...usual, data: [vector(1), vector(0)] }),
    });

    const { embeddings } = await provider.embedding('m').doEmbed({ values: ['a', 'b'] });

    expect(embeddings).toEqual([[0], [1]]);
  });

  test('says nothing of tokens where the server does not', async () => {
    const { provider } = mockedProvider({
      'embeddings.create': () => Response.json({ data: [{ index: 0, embedding: [1] }] }),
    });
    const result = await provider.embedding('m').doEmbed({ values: ['a'] });

    expect(result).not.toHaveProperty('usage');
    expect(result.embeddings).toEqual([[1]]);
  });

  test('takes its options, headers and signal', async () => {
    const { mock, provider } = mockedProvider();
    await provider.embedding('codestral-embed').doEmbed({
      values: ['a'],
      headers: { 'x-call': '1' },
      providerOptions: { mistral: { outputDimension: 256, outputDtype: 'int8' } },
    });
    const aborted = provider
      .embedding('mistral-embed')
      .doEmbed({ values: ['a'], abortSignal: AbortSignal.abort() });

    expect(mock.callsTo('embeddings.create')[0]!.params).toMatchObject({
      output_dimension: 256,
      output_dtype: 'int8',
    });
    expect(mock.requests[0]!.headers.get('x-call')).toBe('1');
    expect(await failureOf(aborted)).toMatchObject({ name: 'AbortError' });
  });

  test('fails with an error that the AI SDK knows', async () => {
    const { provider } = mockedProvider({ 'embeddings.create': failWith(400) });

    const failure = await failureOf(provider.embedding('m').doEmbed({ values: ['a'] }));

    expect(failure).toBeInstanceOf(MistralCallError);
    expect(failure).toMatchObject({ url: '/v1/embeddings', statusCode: 400 });
  });
});

describe('a transcription model', () => {
  const segments = [
    {
      type: 'transcription_segment' as const,
      text: 'Two coffees',
      start: 0,
      end: 1.5,
      speaker_id: 'speaker_1',
    },
  ];
  const response = {
    model: 'voxtral-mini-2507',
    text: 'Two coffees',
    language: 'en',
    segments,
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_audio_seconds: 2 },
  };

  test.each([new Uint8Array([1, 2, 3]), 'AQID'])('takes the audio as %j', async (audio) => {
    const { mock, provider } = mockedProvider({ 'audio.transcriptions.complete': response });
    const result = await provider.transcription('voxtral-mini-latest').doGenerate({
      audio,
      mediaType: 'audio/mpeg',
      providerOptions: { mistral: { diarize: true, timestampGranularities: ['segment'] } },
    });

    expect(result).toMatchObject({
      text: 'Two coffees',
      segments: [{ text: 'Two coffees', startSecond: 0, endSecond: 1.5 }],
      language: 'en',
      durationInSeconds: 2,
      warnings: [],
      response: { modelId: 'voxtral-mini-2507', timestamp: expect.any(Date), body: response },
      providerMetadata: { mistral: { segments } },
    });
    const { file, ...params } = mock.callsTo('audio.transcriptions.complete')[0]!.params;
    expect(params).toMatchObject({
      model: 'voxtral-mini-latest',
      diarize: true,
      timestamp_granularities: ['segment'],
    });
    expect(file).toMatchObject({ name: 'audio.mp3', type: 'audio/mpeg' });
    expect(new Uint8Array(await (file as File).arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });

  test.each([
    ['audio/wav', 'wav'],
    ['audio/x-wav', 'wav'],
    ['audio/webm;codecs=opus', 'webm'],
    ['audio/x-m4a', 'm4a'],
  ])('gives a file of the type %s the ending %s', async (mediaType, ending) => {
    const { mock, provider } = mockedProvider({ 'audio.transcriptions.complete': response });
    await provider.transcription('m').doGenerate({ audio: 'AQID', mediaType });

    expect(mock.callsTo('audio.transcriptions.complete')[0]!.params.file).toMatchObject({
      name: `audio.${ending}`,
    });
  });

  test('refuses text that is not base64, and fails with an error that the AI SDK knows', async () => {
    const { provider } = mockedProvider({ 'audio.transcriptions.complete': failWith(400) });
    const transcribe = (audio: string) =>
      failureOf(provider.transcription('m').doGenerate({ audio, mediaType: 'audio/wav' }));

    expect(String(await transcribe('not base64!'))).toMatch(/not base64/);
    expect(await transcribe('AQID')).toMatchObject({ url: '/v1/audio/transcriptions', statusCode: 400 });
  });
});

describe('a speech model', () => {
  test('gives audio in base64, and warns of what the API does not have', async () => {
    const { mock, provider } = mockedProvider({ 'audio.speech.complete': { audio_data: 'AQID' } });
    const result = await provider.speech('voxtral-mini-tts-latest').doGenerate({
      text: 'Hello',
      voice: 'gb_jane_neutral',
      outputFormat: 'wav',
      instructions: 'Slowly',
      speed: 0.5,
      language: 'en',
    });

    expect(result.audio).toBe('AQID');
    expect(result.warnings).toEqual(
      ['instructions', 'speed', 'language'].map((feature) => ({ type: 'unsupported', feature })),
    );
    expect(mock.callsTo('audio.speech.complete')[0]!.params).toMatchObject({
      model: 'voxtral-mini-tts-latest',
      input: 'Hello',
      voice_id: 'gb_jane_neutral',
      response_format: 'wav',
    });
  });

  test('speaks with a recorded voice, and fails with an error that the AI SDK knows', async () => {
    const { mock, provider } = mockedProvider({ 'audio.speech.complete': { audio_data: 'AQID' } });
    await provider.speech('m').doGenerate({ text: 'Hi', providerOptions: { mistral: { refAudio: 'AQID' } } });
    mock.on('audio.speech.complete', failWith(400));

    expect(mock.callsTo('audio.speech.complete')[0]!.params).toMatchObject({ ref_audio: 'AQID' });
    expect(await failureOf(provider.speech('m').doGenerate({ text: 'Hi' }))).toMatchObject({
      url: '/v1/audio/speech',
      statusCode: 400,
    });
  });
});
