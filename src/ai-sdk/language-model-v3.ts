import type { ModelCall, JsonFields, ProviderOptions, Warning } from './shared-v3.js';

/**
 * A language model of the AI SDK, versions 6 and 7: the interface `LanguageModelV3` of `@ai-sdk/provider`, written down here so
 * that this package depends on nothing.
 */
export interface LanguageModel {
  readonly specificationVersion: 'v3';
  readonly provider: string;
  readonly modelId: string;
  /** URLs that the API fetches by itself, by media type. The AI SDK downloads all others. */
  readonly supportedUrls: Record<string, RegExp[]>;
  doGenerate(options: LanguageModelCall): Promise<GenerateResult>;
  doStream(options: LanguageModelCall): Promise<StreamResult>;
}

/** A call of a language model. */
export interface LanguageModelCall extends ModelCall {
  readonly prompt: readonly PromptMessage[];
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly responseFormat?: ResponseFormatOption | undefined;
  readonly seed?: number | undefined;
  readonly tools?: readonly (FunctionToolOption | ProviderToolOption)[] | undefined;
  readonly toolChoice?: ToolChoiceOption | undefined;
  readonly includeRawChunks?: boolean | undefined;
  /** Of version 4 of the interface, which the AI SDK 7 passes to models of version 3, too. */
  readonly reasoning?: string | undefined;
}

export type ResponseFormatOption =
  | { readonly type: 'text' }
  | {
      readonly type: 'json';
      readonly schema?: object | undefined;
      readonly name?: string | undefined;
      readonly description?: string | undefined;
    };

export interface FunctionToolOption {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: object;
  readonly inputExamples?: readonly unknown[] | undefined;
  readonly strict?: boolean | undefined;
}

export interface ProviderToolOption {
  readonly type: 'provider';
  readonly id: `${string}.${string}`;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export type ToolChoiceOption =
  { readonly type: 'auto' | 'none' | 'required' } | { readonly type: 'tool'; readonly toolName: string };

/** A message of a prompt. */
export type PromptMessage = { readonly providerOptions?: ProviderOptions | undefined } & (
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: readonly (TextPart | FilePart)[] }
  | {
      readonly role: 'assistant';
      readonly content: readonly (
        TextPart | FilePart | ReasoningPart | ToolCallPart | ToolResultPart | ForeignPart
      )[];
    }
  | { readonly role: 'tool'; readonly content: readonly (ToolResultPart | ToolApprovalPart)[] }
);

interface Part {
  readonly providerOptions?: ProviderOptions | undefined;
}

export interface TextPart extends Part {
  readonly type: 'text';
  readonly text: string;
}

export interface ReasoningPart extends Part {
  readonly type: 'reasoning';
  readonly text: string;
}

export interface FilePart extends Part {
  readonly type: 'file';
  readonly filename?: string | undefined;
  /** Text is base64. */
  readonly data: Uint8Array | string | URL;
  readonly mediaType: string;
}

export interface ToolCallPart extends Part {
  readonly type: 'tool-call';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

export interface ToolResultPart extends Part {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output: ToolOutput;
}

/** Of version 4 of the interface, which the AI SDK 7 passes to models of version 3, too. */
interface ForeignPart extends Part {
  readonly type: 'custom' | 'reasoning-file';
}

interface ToolApprovalPart extends Part {
  readonly type: 'tool-approval-response';
}

export type ToolOutput =
  | { readonly type: 'text' | 'error-text'; readonly value: string }
  | { readonly type: 'json' | 'error-json'; readonly value: unknown }
  | { readonly type: 'execution-denied'; readonly reason?: string | undefined }
  | { readonly type: 'content'; readonly value: readonly ToolOutputPart[] };

export type ToolOutputPart =
  | TextPart
  // Of version 4 of the interface.
  | FilePart
  | {
      readonly type: 'file-data' | 'image-data';
      readonly data: string;
      readonly mediaType: string;
      readonly filename?: string | undefined;
    }
  | { readonly type: 'file-url'; readonly url: string; readonly mediaType?: string | undefined }
  | { readonly type: 'image-url'; readonly url: string }
  | {
      readonly type: 'file-id' | 'image-file-id';
      readonly fileId: string | Readonly<Record<string, string>>;
    }
  | { readonly type: 'custom' };

/** The reply to a call. */
export interface GenerateResult {
  content: ContentPart[];
  finishReason: FinishReason;
  usage: Usage;
  warnings: Warning[];
  request: { body: unknown };
  response: ResponseInfo & { headers: Record<string, string>; body: unknown };
}

/** The reply to a call, as it arrives. */
export interface StreamResult {
  stream: ReadableStream<StreamPart>;
  request: { body: unknown };
  response: { headers: Record<string, string> };
}

interface WithMetadata {
  providerMetadata?: { [provider: string]: JsonFields };
}

export type ContentPart =
  | ({ type: 'text'; text: string } & WithMetadata)
  | ({ type: 'reasoning'; text: string } & WithMetadata)
  | ToolCallContent
  | SourcePart;

export interface ToolCallContent {
  type: 'tool-call';
  toolCallId: string;
  toolName: string;
  /** JSON. */
  input: string;
}

export type SourcePart = WithMetadata &
  (
    | { type: 'source'; sourceType: 'url'; id: string; url: string; title?: string }
    | { type: 'source'; sourceType: 'document'; id: string; mediaType: string; title: string }
  );

export type StreamPart =
  | { type: 'stream-start'; warnings: Warning[] }
  | ({ type: 'response-metadata' } & ResponseInfo)
  | ReplyPart
  | { type: 'raw'; rawValue: unknown }
  | { type: 'error'; error: unknown }
  | { type: 'finish'; finishReason: FinishReason; usage: Usage };

/** A part of what the model says. */
export type ReplyPart =
  | { type: 'text-start' | 'text-end' | 'reasoning-start'; id: string }
  | { type: 'text-delta' | 'reasoning-delta'; id: string; delta: string }
  | ({ type: 'reasoning-end'; id: string } & WithMetadata)
  | { type: 'tool-input-start'; id: string; toolName: string }
  | { type: 'tool-input-delta'; id: string; delta: string }
  | { type: 'tool-input-end'; id: string }
  | ToolCallContent
  | SourcePart;

export interface ResponseInfo {
  id?: string;
  timestamp?: Date;
  modelId?: string;
}

export interface FinishReason {
  unified: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';
  /** In the words of the API. */
  raw: string | undefined;
}

/** Tokens; `undefined` where the API does not say. */
export interface Usage {
  inputTokens: {
    total: number | undefined;
    noCache: number | undefined;
    cacheRead: number | undefined;
    cacheWrite: number | undefined;
  };
  outputTokens: { total: number | undefined; text: number | undefined; reasoning: number | undefined };
  /** The `usage` of the API. */
  raw?: JsonFields;
}
