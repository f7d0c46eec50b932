import { callSafely } from '../internal/call-safely.js';
import type { Logger } from './log.js';

/** A method call, as the caller made it. */
export interface ObservedCall {
  /** Name of the method, such as `chat.complete`; `request` for `mistral.request()`. */
  readonly operation: string;
  readonly method: string;
  /** Relative to the base URL, with a `{name}` for each path parameter: `/v1/files/{file_id}`. */
  readonly path: string;
  readonly baseURL: string;
  /** The caller's own object, not a copy: it contains user content, and the caller may change it later. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Send a header with every attempt. Call it before `send`. */
  setHeader(name: string, value: string): void;
}

/** A response, before its body is handed to the caller. */
export interface ObservedResponse {
  /** Do not read its body: the call does. */
  readonly response: Response;
  /** Quote this to Mistral's support; it names the request in their logs. */
  readonly requestId: string | undefined;
  /** How often the request was sent. */
  readonly attempts: number;
  /** Removes the API keys that were sent from a value, as a server may echo them. */
  readonly scrub: <T>(value: T) => T;
}

/** How a call ended. */
export interface CallEnd {
  /** Decoded JSON, or the accumulated events of a stream; `undefined` for bytes and for raw responses. */
  readonly data?: unknown;
  /** The error that the caller gets. Absent after a success, and when the caller stopped reading early. */
  readonly error?: unknown;
}

/** The callbacks of an {@link Observer} for one call. */
export interface Observation {
  /**
   * Starts the call by calling `send`, for example inside an active context. Not called for a stream or a list that
   * nobody reads.
   */
  run?(send: () => void): void;
  /** A success arrived, and its body was read; of a stream, its first event. */
  responded?(response: ObservedResponse): void;
  /** The call ended: the last attempt failed, or the response was read completely, interrupted, or abandoned. */
  ended?(end: CallEnd): void;
}

/**
 * Called synchronously for each call of a client: once for all attempts of a call, and once for each page of a list.
 * An error that it throws is logged, and does not affect the call.
 */
export type Observer = (call: ObservedCall) => Observation | undefined;

/** An observation whose `ended` is called once, and which cannot affect its call. */
export interface Watch {
  /** A rejection also ends the observation. */
  run<T>(send: () => Promise<T>): Promise<T>;
  responded(response: ObservedResponse): void;
  ended(end: CallEnd): void;
}

export function watchCall(observer: Observer, call: ObservedCall, log: Logger): Watch {
  const safely = <T>(tell: () => T): T | undefined =>
    callSafely(tell, (error) => {
      const name = error instanceof Error ? error.name : typeof error;
      log.warn(`mistral.${call.operation}(): the client's \`observer\` failed with ${name}`);
    });
  const observation = safely(() => observer(call));
  let isOver = false;
  const ended = (end: CallEnd) => {
    if (isOver) return;
    isOver = true;
    safely(() => observation?.ended?.(end));
  };
  return {
    run(send) {
      let sending: ReturnType<typeof send> | undefined;
      const sendOnce = () => (sending ??= send());
      safely(() => observation?.run?.(() => void sendOnce()));
      return sendOnce().catch((error: unknown) => {
        ended({ error });
        throw error;
      });
    },
    responded(response) {
      if (!isOver) safely(() => observation?.responded?.(response));
    },
    ended,
  };
}
