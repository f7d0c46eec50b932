import type { CompletionStream } from '../streaming/completion-stream.js';
import type { ConversationStream } from '../streaming/conversation-stream.js';
import type { RawEvent } from '../streaming/server-sent-events.js';
import type { Stream } from '../streaming/stream.js';
import type { TranscriptionStream } from '../streaming/transcription-stream.js';
import type { APIPromise } from '../transport/api-promise.js';
import type { FetchOptions } from '../transport/fetch-options.js';
import type { HeadersInput } from '../transport/headers.js';
import { settingNames, type Settings } from '../transport/settings.js';
import type { Progress } from '../transport/supervise.js';
import type { PagePromise } from './page-promise.js';

/** What can be said about one call, beside its parameters. */
export interface RequestOptions extends Settings {
  /** Ends the call when it aborts, while it is waiting, reading or streaming. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with this request; `null` leaves out a header that the client would send. */
  readonly headers?: HeadersInput | undefined;
  /** Query parameters beside those of the operation; one of the same name wins. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Laid over the body, for fields that the API has and this package does not know yet: each takes the place of a parameter
   * of the same name, whole. `null` is sent as `null`, and `undefined` leaves what the parameters say.
   */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** Sent as `idempotency-key` with each attempt, in place of a random one, so that the same call may be made again later. */
  readonly idempotencyKey?: string | undefined;
  /** Passed on to `fetch`, over those of the client. */
  readonly fetchOptions?: FetchOptions | undefined;
  /** Is told how far an upload or a download has come, and waited for. What it throws ends the call, and is never retried. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Is shown what comes over the wire of a stream, comments included, as soon as it arrives. For debugging. What it throws ends
   * the stream, and is never retried; it is not waited for before the end.
   */
  readonly onEvent?: ((event: RawEvent) => void) | undefined;
  /**
   * How many pages of a list are fetched ahead, while the one before is used: 0 or 1. The request for a page that
   * turns out not to be needed is aborted.
   *
   * @default 0
   */
  readonly prefetch?: 0 | 1 | undefined;
}

/** Of a call that is given none: there is nothing to check in them. */
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
] as const satisfies readonly (keyof RequestOptions)[];

/** Names of {@link RequestOptions}. Not by a spread, which bundlers would keep for programs that use nothing of it. */
export const requestOptionNames = /* @__PURE__ */ ([] as (keyof RequestOptions)[]).concat(
  ownNames,
  settingNames,
);

/** What the generator says of one operation. */
export type Shape =
  | { kind: 'json'; response: unknown }
  | { kind: 'stream'; event: unknown; eventName?: string }
  | { kind: 'page'; item: unknown }
  | { kind: 'binary' }
  | { kind: 'void' };

/** The streams that put their events together, by the schema of these. */
export interface AssembledStreams {
  CompletionChunk: CompletionStream;
  ConversationEvent: ConversationStream;
  TranscriptionStreamEvent: TranscriptionStream;
}

/** A streamed call: a stream that can be used right away, and also be awaited, for its response or its failure. */
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
