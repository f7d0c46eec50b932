import type {
  AudioTranscriptionRequest,
  EmbeddingRequest,
  SpeechModelId,
  TextModelId,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { bindResources } from '../resources/bind.js';
import { createTransport } from '../transport/transport.js';
import type { TransportOptions } from '../transport/transport-options.js';
import { chatModel } from './chat-model.js';
import { embeddingModel } from './embedding-model.js';
import type { LanguageModel } from './language-model-v3.js';
import type { ClientOf, MistralClient } from './mistral-client.js';
import type { EmbeddingModel, SpeechModel, TranscriptionModel } from './other-models-v3.js';
import { noSuchModel } from './sdk-error.js';
import { speechModel } from './speech-model.js';
import { transcriptionModel } from './transcription-model.js';

type EmbeddingModelId = EmbeddingRequest['model'];
type TranscriptionModelId = AudioTranscriptionRequest['model'];

/** The models of Mistral for the AI SDK, versions 6 and 7: its interface `ProviderV3`. */
export interface MistralProvider {
  /** A chat model. */
  (modelId: TextModelId): LanguageModel;
  readonly specificationVersion: 'v3';
  languageModel(modelId: TextModelId): LanguageModel;
  chat(modelId: TextModelId): LanguageModel;
  embeddingModel(modelId: EmbeddingModelId): EmbeddingModel;
  embedding(modelId: EmbeddingModelId): EmbeddingModel;
  /** The name that the AI SDK 5 has for it. */
  textEmbeddingModel(modelId: EmbeddingModelId): EmbeddingModel;
  textEmbedding(modelId: EmbeddingModelId): EmbeddingModel;
  transcriptionModel(modelId: TranscriptionModelId): TranscriptionModel;
  transcription(modelId: TranscriptionModelId): TranscriptionModel;
  speechModel(modelId: SpeechModelId): SpeechModel;
  speech(modelId: SpeechModelId): SpeechModel;
  /**
   * The interface asks for it, the API has none.
   *
   * @throws {ArgumentError} always; the AI SDK knows it as `NoSuchModelError`.
   */
  imageModel(modelId: string): never;
}

/**
 * Models for the AI SDK over a client: its retries, timeouts, middleware and observers apply to them.
 *
 * @param client - A client, or the options for one.
 * @throws {ArgumentError} if an option is invalid.
 *
 * @example
 * ```ts
 * import { generateText } from 'ai';
 * import { Mistral } from 'mistral-sdk';
 * import { createMistral } from 'mistral-sdk/ai-sdk';
 *
 * const provider = createMistral(new Mistral({ maxRetries: 4 }));
 * const { text } = await generateText({ model: provider('mistral-small-latest'), prompt: 'Bonjour' });
 * console.log(text);
 * ```
 */
export function createMistral(client: MistralClient | TransportOptions = {}): MistralProvider {
  if (!isRecord(client)) throw new ArgumentError('createMistral() takes `new Mistral()`, or its options');
  const resources = isClient(client) ? client : bindResources(createTransport(client));
  return providerOf(() => resources);
}

const isClient = (given: MistralClient | TransportOptions): given is MistralClient => 'chat' in given;

let resources: MistralClient | undefined;

/** Models of a client that is made with their first call, with the key and the base URL of the environment. */
export const mistral: MistralProvider = /* @__PURE__ */ providerOf(
  () => (resources ??= bindResources(createTransport({}))),
);

function providerOf(clientOf: ClientOf): MistralProvider {
  const chat = (modelId: string) => chatModel(clientOf, modelId);
  const embedding = (modelId: string) => embeddingModel(clientOf, modelId);
  const transcription = (modelId: string) => transcriptionModel(clientOf, modelId);
  const speech = (modelId: string) => speechModel(clientOf, modelId);
  return Object.assign((modelId: string) => chat(modelId), {
    specificationVersion: 'v3' as const,
    languageModel: chat,
    chat,
    embeddingModel: embedding,
    embedding,
    textEmbeddingModel: embedding,
    textEmbedding: embedding,
    transcriptionModel: transcription,
    transcription,
    speechModel: speech,
    speech,
    imageModel: (modelId: string) => {
      throw noSuchModel(modelId);
    },
  });
}
