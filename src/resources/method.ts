import type { CompletionStream } from '../streaming/completion-stream.js';
import type { ConversationStream } from '../streaming/conversation-stream.js';
import type { ReconnectOptions } from '../streaming/event-iterator.js';
import type { RawEvent } from '../streaming/server-sent-events.js';
import type { Stream } from '../streaming/stream.js';
import type { TranscriptionStream } from '../streaming/transcription-stream.js';
import type { APIPromise } from '../transport/api-promise.js';
import type { FetchOptions } from '../transport/fetch-options.js';
import type { HeadersInput } from '../transport/headers.js';
import { settingNames, type Settings } from '../transport/settings.js';
import type { Progress } from '../transport/supervise.js';
import type { PagePromise } from './page-promise.js';

/** Options of one call. */
export interface RequestOptions extends Settings {
  /** Aborts the call, while it waits, reads or streams. */
  readonly signal?: AbortSignal | undefined;
  /** Headers of this request; `null` removes a header that the client would send. */
  readonly headers?: HeadersInput | undefined;
  /** Additional query parameters; they take precedence over those of the operation. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Merged over the body, for fields of the API that this package does not know yet: each replaces the parameter of the same
   * name. `null` is sent as `null`; `undefined` keeps the parameter.
   */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** Sent as `idempotency-key` with each attempt instead of a random one, so that the same call can be repeated later. */
  readonly idempotencyKey?: string | undefined;
  /** Passed to `fetch`, merged over those of the client. */
  readonly fetchOptions?: FetchOptions | undefined;
  /** Called with the progress of an upload or a download, and awaited. An error in it ends the call, and is never retried. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Called with the raw events of a stream, including comments, as soon as they arrive. For debugging. An error in it ends the
   * stream, and is never retried; its promises are awaited only at the end.
   */
  readonly onEvent?: ((event: RawEvent) => void) | undefined;
  /**
   * How many pages of a list are fetched ahead, while the current one is used: 0 or 1. The request for a page that is not
   * needed is aborted.
   *
   * @default 0
   */
  readonly prefetch?: 0 | 1 | undefined;
  /**
   * Reconnect a stream that can be resumed when its connection is lost, or dead for `idleTimeoutMs`; the delays are those of
   * {@link Settings.retry}, and at least what the server's `retry:` asks for. {@link Stream.resume} says which events are
   * skipped, and what is known of lost ones. Without it, a lost connection is an error.
   */
  readonly reconnect?: ReconnectOptions | undefined;
}

/** The default, which need not be checked. */
export const noOptions: RequestOptions = {};

const ownNames = [
  'signal',
  'headers',
  'query',
  'body',
  'idempotencyKey',
  'fetchOptions',
  'onProgress',
  'onEvent',
  'prefetch',
  'reconnect',
] as const satisfies readonly (keyof RequestOptions)[];

/** Names of {@link RequestOptions}. Without a spread, which bundlers would keep in programs that do not use it. */
export const requestOptionNames = /* @__PURE__ */ ([] as (keyof RequestOptions)[]).concat(
  ownNames,
  settingNames,
);

/** The generated description of one operation. */
export type Shape =
  | { kind: 'json'; response: unknown }
  | { kind: 'stream'; event: unknown; eventName?: string }
  | { kind: 'page'; item: unknown }
  | { kind: 'binary' }
  | { kind: 'void' };

/** The streams that assemble their events, by the schema of the events. */
export interface AssembledStreams {
  CompletionChunk: CompletionStream;
  ConversationEvent: ConversationStream;
  TranscriptionStreamEvent: TranscriptionStream;
}

/** A streamed call: a stream that can be used right away, or awaited for its response or its failure. */
export type StreamPromise<S> = S & APIPromise<S>;

type StreamOf<S> = S extends { event: infer Event; eventName: infer Name }
  ? Name extends keyof AssembledStreams
    ? AssembledStreams[Name]
    : Stream<Event>
  : S extends { event: infer Event }
    ? Stream<Event>
    : never;

export type MethodResult<S> = S extends { kind: 'json'; response: infer Data }
  ? APIPromise<Data>
  : S extends { kind: 'stream' }
    ? StreamPromise<StreamOf<S>>
    : S extends { kind: 'page'; item: infer Item }
      ? PagePromise<Item>
      : S extends { kind: 'binary' }
        ? APIPromise<Response>
        : APIPromise<void>;

export type Params<S> = S extends { params: infer P } ? P : never;

/** The parameters come first; a call without any can still be given options, as in `list({}, { signal })`. */
export type Method<S> = [Params<S>] extends [never]
  ? (params?: Record<string, never>, options?: RequestOptions) => MethodResult<S>
  : {} extends Params<S>
    ? (params?: Params<S>, options?: RequestOptions) => MethodResult<S>
    : (params: Params<S>, options?: RequestOptions) => MethodResult<S>;

/**
 * A tree of operation shapes as a tree of methods. Mapping `keyof` keeps each member's documentation and
 * go-to-definition, which lead into `generated/api.gen.ts`.
 */
export type Resource<Tree> = {
  readonly [Key in keyof Tree]: Tree[Key] extends Shape ? Method<Tree[Key]> : Resource<Tree[Key]>;
};
