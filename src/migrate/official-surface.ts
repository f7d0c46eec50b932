/** Types that have another name here. Of most, one of the two major versions has the name that this package has. */
const typesHere: Readonly<Record<string, string>> = {
  AgentCreationRequest: 'CreateAgentRequest',
  AgentUpdateRequest: 'UpdateAgentRequest',
  AgentsCompletionRequestMessage: 'ChatMessage',
  AgentsCompletionRequestMessages: 'ChatMessage',
  BatchJobIn: 'CreateBatchJobRequest',
  BatchJobOut: 'BatchJob',
  BatchJobsOut: 'ListBatchJobsResponse',
  ChatCompletionRequestMessage: 'ChatMessage',
  ChatCompletionStreamRequestMessage: 'ChatMessage',
  ChatCompletionStreamRequestMessages: 'ChatMessage',
  DeleteFileOut: 'DeleteFileResponse',
  DeleteModelOut: 'DeleteModelResponse',
  DocumentOut: 'Document',
  FileSignedURL: 'GetSignedUrlResponse',
  LibraryIn: 'CreateLibraryRequest',
  LibraryInUpdate: 'UpdateLibraryRequest',
  LibraryOut: 'Library',
  ListDocumentOut: 'ListDocumentsResponse',
  ListFilesOut: 'ListFilesResponse',
  ListLibraryOut: 'ListLibrariesResponse',
  Messages: 'ChatMessage',
  ProcessingStatusOut: 'ProcessingStatus',
  RetrieveFileOut: 'GetFileResponse',
  UpdateFTModelIn: 'UpdateModelRequest',
  UploadFileOut: 'CreateFileResponse',
};

const renamedTypes = Object.entries(typesHere)
  .map(([official, here]) => `/** @wire ${here} */\nexport type ${official} = wire.${here};`)
  .join('\n');

/**
 * What `@mistralai/mistralai` 1 and 2 have that cannot be derived from this package's types, as declarations; see
 * `officialTypes()`. A tag on a declaration says what becomes of its name:
 *
 * - `@wire NAME`: it is called that here. For what is imported, `NAME from MODULE`.
 * - `@leave REASON`: somebody has to decide.
 * - `@special RULE`: a rule of its own, in `rewriteProperty()`.
 * - `@unwrap`: the value is what it was read from. `@hoist`: it is one level further out. `@within NAME`: one further in.
 */
export const officialSurface: Readonly<Record<string, string>> = {
  'index.d.ts': `
import type { Api } from './core.js';
import type { EventStream, ServerEvent } from './streams.js';
import type { ParsedRequest, ParsedCompletion } from './structured.js';

export type Fetcher = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
export interface HTTPClientOptions { fetcher?: Fetcher }
export declare class HTTPClient {
  constructor(options?: HTTPClientOptions);
  request(request: Request): Promise<Response>;
  addHook(hook: 'beforeRequest', fn: (request: Request) => Request | void | Promise<Request | void>): this;
  addHook(hook: 'requestError', fn: (error: unknown, request: Request) => void | Promise<void>): this;
  addHook(hook: 'response', fn: (response: Response, request: Request) => void | Promise<void>): this;
  removeHook(hook: string, fn: unknown): this;
  clone(): HTTPClient;
}
export interface BackoffStrategy { initialInterval: number; maxInterval: number; exponent: number; maxElapsedTime: number }
export type RetryConfig = { strategy: 'none' } | { strategy: 'backoff'; backoff?: BackoffStrategy; retryConnectionErrors?: boolean };
/** @wire MistralOptions */
export interface SDKOptions {
  apiKey?: string | (() => Promise<string>) | undefined;
  /** @special httpClient */
  httpClient?: HTTPClient;
  /** @special server */
  server?: 'global' | 'eu' | 'us' | undefined;
  /** @leave the servers by number are gone: pass a \`baseURL\` */
  serverIdx?: number | undefined;
  /** @wire baseURL */
  serverURL?: string | undefined;
  /** @special userAgent */
  userAgent?: string | undefined;
  /** @special retries */
  retryConfig?: RetryConfig;
  timeoutMs?: number;
  /** @leave \`logger\` takes another shape (error, warn, info, debug), and \`logLevel\` says how much; see docs/network.md */
  debugLogger?: unknown;
}
export interface RequestOptions extends Omit<RequestInit, 'method' | 'body'> {
  signal?: AbortSignal | null;
  headers?: HeadersInit;
  timeoutMs?: number;
  /** @special retries */
  retries?: RetryConfig;
  /** @leave which statuses are retried is fixed; \`maxRetries\` says how often */
  retryCodes?: string[];
  /** @leave a call has no base URL of its own: make a client with \`baseURL\` */
  serverURL?: string | URL;
  /** @special fetchOptions */
  fetchOptions?: Omit<RequestInit, 'method' | 'body'>;
  /** @leave \`idempotencyKey\` is what repeats a call here */
  retry?: never;
}

/** What \`await\` of a list gives: an array, of which here is a page. */
interface PageArray<Item> extends Array<Item> {}
/** The same of a list that has its items in a field. */
interface PageFields<Item> { readonly itemsOfPage$: Item }
interface PageResult<Response, Item> {
  /** @unwrap */
  result: Response & PageFields<Item>;
  [Symbol.asyncIterator](): AsyncIterator<Response & PageFields<Item> & PageResult<Response, Item>>;
}
interface Download extends ReadableStream<Uint8Array> {}

type Call<Shape> =
  Shape extends { kind: 'stream'; params: infer Params; event: infer Event } ? (request: Params, options?: RequestOptions) => Promise<EventStream<ServerEvent<Event>>>
  : Shape extends { kind: 'page'; params: infer Params; response: infer Response; item: infer Item }
    ? (request?: Params, options?: RequestOptions) => Promise<Response extends readonly unknown[] ? PageArray<Item> : Response & PageFields<Item> & PageResult<Response, Item>>
  : Shape extends { kind: 'binary'; params: infer Params } ? (request: Params, options?: RequestOptions) => Promise<Download>
  : Shape extends { kind: 'void'; params: infer Params } ? (request: Params, options?: RequestOptions) => Promise<void>
  : Shape extends { params: infer Params; response: infer Response } ? (request: Params, options?: RequestOptions) => Promise<Response>
  : Shape extends { kind: 'page'; response: infer Response; item: infer Item } ? (request?: {}, options?: RequestOptions) => Promise<Response extends readonly unknown[] ? PageArray<Item> : Response & PageFields<Item>>
  : Shape extends { response: infer Response } ? (request?: {}, options?: RequestOptions) => Promise<Response>
  : Methods<Shape>;
type Methods<Tree> = { [Name in keyof Tree]: Call<Tree[Name]> };
interface Parses {
  chat: {
    /** @special parse */
    parse<Schema>(request: ParsedRequest<Schema, Api['chat']['complete']['params']>, options?: RequestOptions): Promise<ParsedCompletion<Schema>>;
    /** @special parseStream */
    parseStream<Schema>(request: ParsedRequest<Schema, Api['chat']['stream']['params']>, options?: RequestOptions): Promise<EventStream<ServerEvent<Api['chat']['stream']['event']>>>;
  };
}
export declare class Mistral { constructor(options?: SDKOptions) }
export interface Mistral extends MistralMethods {}
type MistralMethods = Methods<Api> & Parses;
`,
  'streams.d.ts': `
export interface ServerEvent<Data> {
  /** @unwrap */
  data: Data;
  /** @special eventName */
  event: string;
  /** @leave the raw events are passed to \`onEvent\` of a call */
  id?: string;
  /** @leave the raw events are passed to \`onEvent\` of a call */
  retry?: number;
}
/** @wire Stream */
export interface EventStream<Event> extends AsyncIterable<Event> {
  /** @leave a stream is iterated; \`toReadableStream()\` makes a ReadableStream of it */
  getReader(): unknown;
  /** @leave \`tee()\` gives two streams of this package, of which each has to be read */
  tee(): [EventStream<Event>, EventStream<Event>];
  /** @leave \`toReadableStream()\` makes a ReadableStream of it */
  pipeThrough<To>(transform: { readable: ReadableStream<To> }): ReadableStream<To>;
  /** @leave \`toReadableStream()\` makes a ReadableStream of it */
  pipeTo(target: unknown): Promise<void>;
  /** @leave \`abort()\` ends it */
  cancel(reason?: unknown): Promise<void>;
}
`,
  'structured.d.ts': `
import type { ChatCompletionResponse, ChatCompletionChoice, AssistantMessage, ResponseFormat } from './generated/types.gen.js';
type Output<Schema> = Schema extends { _output: infer Parsed } ? Parsed : any;
export type ParsedRequest<Schema, Params> = Params & {
  /** @wire response_format */
  responseFormat: Schema;
};
export interface ParsedMessage<Schema> extends AssistantMessage {
  /** @hoist */
  parsed?: Output<Schema> | undefined;
}
export interface ParsedChoice<Schema> extends Omit<ChatCompletionChoice, 'message'> {
  message: ParsedMessage<Schema>;
}
export interface ParsedCompletion<Schema> {
  choices: ParsedChoice<Schema>[];
  /** @within completion */
  id: ChatCompletionResponse['id'];
  /** @within completion */
  object: ChatCompletionResponse['object'];
  /** @within completion */
  model: ChatCompletionResponse['model'];
  /** @within completion */
  created: ChatCompletionResponse['created'];
  /** @within completion */
  usage: ChatCompletionResponse['usage'];
}
/** @wire ParsedCompletion from mistral-sdk/structured */
export type ParsedChatCompletionResponse<Schema> = ParsedCompletion<Schema>;
/** @wire responseFormat from mistral-sdk/structured */
export declare function responseFormatFromZodObject(schema: unknown): ResponseFormat;
`,
  'errors.d.ts': `
import type { ValidationDetail } from './core.js';
/** @wire APIError */
export declare class MistralError extends Error {
  /** @wire status */
  readonly statusCode: number;
  /** @leave \`body\` is the decoded JSON here, and a string only if it is not JSON */
  readonly body: string;
  readonly headers: Headers;
  /** @leave read \`headers.get('content-type')\` */
  readonly contentType: string;
  /** @leave the error has \`status\`, \`headers\` and \`body\`; there is no response */
  readonly rawResponse: Response;
}
/** @wire APIError */
export declare class SDKError extends MistralError {}
/** @wire UnprocessableEntityError */
export declare class HTTPValidationError extends MistralError {
  detail?: readonly ValidationDetail[] | undefined;
  /** @leave \`detail\` has the invalid fields, \`body\` the rest */
  data$: unknown;
}
/** @wire ConnectionError */
export declare class ConnectionError extends Error {}
/** @wire TimeoutError */
export declare class RequestTimeoutError extends Error {}
/** @wire AbortError */
export declare class RequestAbortedError extends Error {}
/** @wire ArgumentError */
export declare class InvalidRequestError extends Error {}
/** @leave all errors of this package are a \`MistralError\`; connection errors, timeouts and aborts have classes of their own */
export declare class HTTPClientError extends Error {}
/** @leave there is no such class: what a callback throws is thrown unchanged */
export declare class UnexpectedClientError extends Error {}
/** @leave parameters are not checked by a schema: an invalid argument is an \`ArgumentError\` */
export declare class SDKValidationError extends Error {}
/** @leave responses are not validated, so that this cannot happen */
export declare class ResponseValidationError extends Error {}
/** @leave what is not a success is an \`APIError\` */
export declare class ObservabilityError extends Error {}
`,
  'components.d.ts': `
import type * as wire from './generated/types.gen.js';
export * from './generated/types.gen.js';
${renamedTypes}
/** @leave this is the whole list here: one of them is \`InputEntries[number]\` */
export type InputEntries = wire.InputEntries[number];
/** @wire CompletionChunk */
export interface CompletionEvent {
  /** @unwrap */
  data: wire.CompletionChunk;
}
/** @wire ConversationEvent */
export interface ConversationEvents {
  /** @unwrap */
  data: wire.ConversationEvent;
  /** @special eventName */
  event: string;
}
/** @wire TranscriptionStreamEvent */
export interface TranscriptionStreamEvents {
  /** @unwrap */
  data: wire.TranscriptionStreamEvent;
  /** @special eventName */
  event: string;
}
`,
};

/** What imports are answered by; what is under none of them is reported. */
export const officialModules: readonly (readonly [specifier: RegExp, file: string])[] = [
  [/^$/, 'index.d.ts'],
  [/^\/(?:lib\/(?:http|config|sdks|retries)|sdk(?:\/(?:index|sdk))?|index)(?:\.[jt]s)?$/, 'index.d.ts'],
  [/^\/lib\/event-streams(?:\.[jt]s)?$/, 'streams.d.ts'],
  [/^\/models\/errors(?:\/\w+)?(?:\.[jt]s)?$/, 'errors.d.ts'],
  [/^\/models\/(?:components|operations)(?:\/\w+)?(?:\.[jt]s)?$/, 'components.d.ts'],
  [/^\/extra\/structChat(?:\.[jt]s)?$/, 'structured.d.ts'],
];
