export { createMistral, mistral, type MistralProvider } from './create-mistral.js';
export type {
  ContentPart,
  FinishReason,
  GenerateResult,
  LanguageModel,
  LanguageModelCall,
  PromptMessage,
  StreamPart,
  StreamResult,
  Usage,
} from './language-model-v3.js';
export type { MistralClient } from './mistral-client.js';
export type {
  EmbeddingModel,
  EmbeddingCall,
  EmbedResult,
  SpeechCall,
  SpeakResult,
  SpeechModel,
  TranscriptionCall,
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
