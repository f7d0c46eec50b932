import { heedless } from '../internal/heedless.js';
import type { Logger } from './log.js';

/** A call of a method, as it was made. */
export interface ObservedCall {
  /** Name of the method, such as `chat.complete`; `request` for a route that is not described. */
  readonly operation: string;
  readonly method: string;
  /** From the base URL on, with `{name}` where a value goes: `/v1/files/{file_id}`. */
  readonly path: string;
  readonly baseURL: string;
  /** What the caller passed, as it was passed: it holds all that people wrote, and may be changed by them later. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Send a header with every attempt. To be called before `run` sends. */
  setHeader(name: string, value: string): void;
}

/** The head of the answer. */
export interface ObservedAnswer {
  /** Its body belongs to the call, and must not be read. */
  readonly response: Response;
  /** Quote this to Mistral's support; it names the request in their logs. */
  readonly requestId: string | undefined;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** Takes the keys that were sent out of a value: a server may have said them back. */
  readonly scrub: <T>(value: T) => T;
}

/** How a call ended. */
export interface CallEnd {
  /** Decoded JSON, or what a stream has come to; `undefined` for bytes, and for responses that were handed out. */
  readonly data?: unknown;
  /** What the caller gets instead of an answer. Absent when all went well, or the reader left early. */
  readonly error?: unknown;
}

/** What an {@link Observer} wants to know about one call. */
export interface Observation {
  /**
   * Begins the call by calling `send`, in whatever should surround it. Not called for a stream or a list that
   * nobody reads.
   */
  run?(send: () => void): void;
  /** The answer is a success, and its body was read; of a stream, up to its first event. */
  answered?(answer: ObservedAnswer): void;
  /** The call is over: its last attempt failed, or its answer was read to the end, broke off, or was left. */
  ended?(end: CallEnd): void;
}

/**
 * Is shown each call of a client, in the tick in which it is made: one call with all its attempts, and one for
 * each page of a list. What it throws is logged, and does not disturb the call.
 */
export type Observer = (call: ObservedCall) => Observation | undefined;

/** An observation that is told of one end, and cannot disturb its call. */
export interface Watch {
  /** A failure is also the end. */
  run<T>(send: () => Promise<T>): Promise<T>;
  answered(answer: ObservedAnswer): void;
  ended(end: CallEnd): void;
}

export function watchCall(observer: Observer, call: ObservedCall, log: Logger): Watch {
  const safely = <T>(tell: () => T): T | undefined =>
    heedless(tell, (error) => {
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
    answered(answer) {
      if (!isOver) safely(() => observation?.answered?.(answer));
    },
    ended,
  };
}
