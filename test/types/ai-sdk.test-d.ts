import type * as provider3 from '@ai-sdk/provider';
import type * as provider4 from 'ai-sdk-provider-4';
import { expectTypeOf, test } from 'vitest';

import {
  createMistral,
  mistral,
  type MistralClient,
  type MistralEmbeddingModelOptions,
  type MistralLanguageModelOptions,
  type MistralProvider,
  type MistralSpeechModelOptions,
  type MistralTranscriptionModelOptions,
} from '../../src/ai-sdk/index.js';
import type { Mistral } from '../../src/client.js';

const provider = createMistral();

test('the models are those of the interface in version 3 and 4 of @ai-sdk/provider', () => {
  expectTypeOf(provider('m')).toExtend<provider3.LanguageModelV3>();
  expectTypeOf(provider('m')).toExtend<provider4.LanguageModelV3>();
  expectTypeOf(provider.embedding('m')).toExtend<provider3.EmbeddingModelV3>();
  expectTypeOf(provider.embedding('m')).toExtend<provider4.EmbeddingModelV3>();
  expectTypeOf(provider.transcription('m')).toExtend<provider3.TranscriptionModelV3>();
  expectTypeOf(provider.transcription('m')).toExtend<provider4.TranscriptionModelV3>();
  expectTypeOf(provider.speech('m')).toExtend<provider3.SpeechModelV3>();
  expectTypeOf(provider.speech('m')).toExtend<provider4.SpeechModelV3>();
  expectTypeOf<MistralProvider>().toExtend<provider3.ProviderV3>();
  expectTypeOf<MistralProvider>().toExtend<provider4.ProviderV3>();
  expectTypeOf(mistral).toEqualTypeOf<MistralProvider>();
});

test('what is read of a call is what the interface gives', () => {
  type Options = Parameters<ReturnType<MistralProvider>['doGenerate']>[0];
  expectTypeOf<provider3.LanguageModelV3CallOptions>().toExtend<Options>();
  expectTypeOf<provider4.LanguageModelV3CallOptions>().toExtend<Options>();
});

test('a client can be passed, or a part of one', () => {
  expectTypeOf<Mistral>().toExtend<MistralClient>();
  createMistral({} as Pick<Mistral, 'chat' | 'embeddings' | 'audio'>);
  createMistral({ apiKey: 'key', timeoutMs: 1 });
  // @ts-expect-error not an option
  createMistral({ apiKye: 'key' });
});

test('provider options have the names of JavaScript or of the wire, and are JSON for the AI SDK', () => {
  const options = {
    safePrompt: true,
    reasoningEffort: 'high',
    guardrails: [{}],
  } satisfies MistralLanguageModelOptions;
  expectTypeOf(options).toExtend<provider3.JSONObject>();
  expectTypeOf<MistralLanguageModelOptions>().toExtend<provider3.JSONObject>();
  expectTypeOf<MistralEmbeddingModelOptions>().toExtend<provider3.JSONObject>();
  expectTypeOf<MistralTranscriptionModelOptions>().toExtend<provider3.JSONObject>();
  expectTypeOf<MistralSpeechModelOptions>().toExtend<provider4.JSONObject>();
  ({ prompt_cache_key: false, body: { brand_new: 1 } }) satisfies MistralLanguageModelOptions;
  ({ outputDimension: 256, output_dtype: 'int8' }) satisfies MistralEmbeddingModelOptions;
  // @ts-expect-error not an option
  ({ safePromt: true }) satisfies MistralLanguageModelOptions;
  // @ts-expect-error not an effort
  ({ reasoningEffort: 'a lot' }) satisfies MistralLanguageModelOptions;
});
