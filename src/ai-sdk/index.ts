export { createMistral, mistral, type MistralProvider } from './create-mistral.js';
export type {
  ContentPart,
  FinishReason,
  GenerateResult,
  LanguageModel,
  LanguageModelOptions,
  PromptMessage,
  StreamPart,
  StreamResult,
  Usage,
} from './language-model-v3.js';
export type { MistralClient } from './mistral-client.js';
export type {
  EmbeddingModel,
  EmbedOptions,
  EmbedResult,
  SpeakOptions,
  SpeakResult,
  SpeechModel,
  TranscribeOptions,
  TranscribeResult,
  TranscriptionModel,
} from './other-models-v3.js';
export type {
  MistralEmbeddingModelOptions,
  MistralLanguageModelOptions,
  MistralSpeechModelOptions,
  MistralTranscriptionModelOptions,
} from './provider-options.js';
export { MistralCallError } from './sdk-error.js';
export type { ProviderOptions, Warning } from './shared-v3.js';
