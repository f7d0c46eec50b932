import type { ModelCall, JsonFields, Warning } from './shared-v3.js';

/** An embedding model of the AI SDK: `EmbeddingModelV3` of `@ai-sdk/provider`. */
export interface EmbeddingModel {
  readonly specificationVersion: 'v3';
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number;
  readonly supportsParallelCalls: boolean;
  doEmbed(options: EmbeddingCall): Promise<EmbedResult>;
}

export interface EmbeddingCall extends ModelCall {
  readonly values: readonly string[];
}

export interface EmbedResult {
  embeddings: number[][];
  /** Missing where the server does not say. */
  usage?: { tokens: number };
  response: { headers: Record<string, string>; body: unknown };
  warnings: Warning[];
}

/** A transcription model of the AI SDK: `TranscriptionModelV3` of `@ai-sdk/provider`. */
export interface TranscriptionModel {
  readonly specificationVersion: 'v3';
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: TranscriptionCall): Promise<TranscribeResult>;
}

export interface TranscriptionCall extends ModelCall {
  /** Text is base64. */
  readonly audio: Uint8Array | string;
  readonly mediaType: string;
}

export interface TranscribeResult {
  text: string;
  segments: { text: string; startSecond: number; endSecond: number }[];
  language: string | undefined;
  durationInSeconds: number | undefined;
  warnings: Warning[];
  response: MediaResponse;
  providerMetadata?: { [provider: string]: JsonFields };
}

/** A speech model of the AI SDK: `SpeechModelV3` of `@ai-sdk/provider`. */
export interface SpeechModel {
  readonly specificationVersion: 'v3';
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: SpeechCall): Promise<SpeakResult>;
}

export interface SpeechCall extends ModelCall {
  readonly text: string;
  readonly voice?: string | undefined;
  readonly outputFormat?: string | undefined;
  readonly instructions?: string | undefined;
  readonly speed?: number | undefined;
  readonly language?: string | undefined;
}

export interface SpeakResult {
  /** In base64. */
  audio: string;
  warnings: Warning[];
  request: { body: unknown };
  response: MediaResponse;
}

interface MediaResponse {
  timestamp: Date;
  modelId: string;
  headers: Record<string, string>;
  body: unknown;
}
