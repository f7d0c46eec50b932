import { addCallerStack, formatted, type Caller } from '../errors/caller.js';
import { ConnectionError } from '../errors/connection-error.js';
import { abortOf, failureOf } from '../errors/failure-of.js';
import { noteAttempt } from '../errors/note-attempt.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { callBack, unwrapped } from '../internal/callback-failure.js';
import { whenCollected } from '../internal/garbage-collection.js';
import { bodyOf, type BodyReader } from '../internal/response-body.js';
import { withBody } from '../internal/with-body.js';
import type { Exchange } from './exchange.js';
import type { CallEnd } from './observer.js';

/** Progress of a file transfer. */
export interface Progress {
  /** Of the request's body; 0 for a download. */
  readonly sentBytes: number;
  /** Of the response's body; 0 for an upload. */
  readonly receivedBytes: number;
  /** Of the body that is transferred; `undefined` if it is not known before the end. */
  readonly totalBytes: number | undefined;
}

export interface Supervision {
  /** Timeout for the next chunk of the body. */
  readonly timeoutMs: number;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Where the stack of a failure leads to. */
  readonly caller: Caller | undefined;
}

/** Closes the connection of bodies that are abandoned unread, and removes their listener. The source of a body is registered. */
const abandoned = /* @__PURE__ */ whenCollected<Exchange['cancellation']>((cancellation) => {
  cancellation.release();
  cancellation.abort();
});

/**
 * A response whose body the caller reads: it fails with this package's errors if it stalls, is shorter than its
 * `content-length`, or the caller's signal aborts.
 */
export function supervise(exchange: Exchange, supervision: Supervision): Response {
  const { response, cancellation, watch } = exchange;
  exchange.detachBody();
  const given = bodyOf(response, 'bytes');
  if (given === null || !canHoldBody(response)) {
    cancellation.release();
    watch?.ended({});
    return response;
  }
  const source = supervisedSource(exchange, given.getReader(), supervision);
  abandoned.register(source, cancellation, cancellation);
  let failure: { readonly error: unknown } | undefined;
  // A stream may keep the functions of its source alone, so they keep the source.
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await source.pull(controller);
        } catch (error) {
          failure = { error };
          throw error;
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return rejectingWith(() => failure, withBody(response, body));
}

/** Chromium rejects the methods that read a body with an error of its own, whatever the stream failed with. */
function rejectingWith(
  failureOfBody: () => { readonly error: unknown } | undefined,
  response: Response,
): Response {
  for (const name of ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const) {
    const read = response[name] as Response[typeof name] | undefined;
    const value = () =>
      read!.call(response).catch((error: unknown) => {
        const failure = failureOfBody();
        throw failure ? failure.error : error;
      });
    if (read) Object.defineProperty(response, name, { value, configurable: true, writable: true });
  }
  return response;
}

/** False in a runtime without web streams, such as React Native, and for a status without a body. */
const canHoldBody = ({ status }: Response): boolean =>
  typeof ReadableStream !== 'undefined' && ![204, 205, 304].includes(status);

interface Source {
  pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void>;
  cancel(reason: unknown): void;
}

function supervisedSource(
  exchange: Exchange,
  reader: BodyReader,
  { timeoutMs, onProgress, ...supervision }: Supervision,
): Source {
  const { call, clock, cancellation, watch } = exchange;
  const caller = formatted(supervision.caller);
  const totalBytes = lengthOf(exchange.response);
  let receivedBytes = 0;
  const end = (failure: CallEnd = {}) => {
    abandoned.unregister(cancellation);
    cancellation.release();
    stopListening();
    watch?.ended(failure);
  };
  // Also ends a pending read of a body that does not listen to the signal.
  const cancel = () => {
    void reader.cancel(cancellation.reason).catch(() => undefined);
    const error = abortOf(cancellation);
    noteAttempt(error, exchange);
    watch?.ended({ error });
  };
  const stopListening = cancellation.onAbort(cancel);
  return {
    async pull(controller) {
      const stopTimer = clock.after(timeoutMs, () =>
        cancellation.fail(
          new TimeoutError(`${call} sent nothing more of its response for ${timeoutMs} ms`, timeoutMs),
        ),
      );
      try {
        const { done, value } = await reader.read();
        if (cancellation.aborted) throw abortOf(cancellation);
        if (!done) {
          receivedBytes += value.byteLength;
          controller.enqueue(value);
          await callBack(onProgress, { sentBytes: 0, receivedBytes, totalBytes });
          return;
        }
        if (totalBytes !== undefined && receivedBytes < totalBytes) {
          throw new ConnectionError(`${call} was cut off after ${receivedBytes} of ${totalBytes} bytes`);
        }
        end();
        controller.close();
      } catch (cause) {
        const failure = failureOf(exchange, 'was cut off in the middle of its response', cause);
        const error = addCallerStack(unwrapped(failure), caller);
        noteAttempt(error, exchange);
        end({ error });
        void reader.cancel(error).catch(() => undefined);
        throw error;
      } finally {
        stopTimer();
      }
    },
    cancel(reason) {
      end();
      // Not awaited: a source may take long to end.
      void reader.cancel(reason).catch(() => undefined);
    },
  };
}

/** `undefined` also for a compressed body, whose length differs from the decoded one. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  const encoding = headers.get('content-encoding') ?? 'identity';
  return length !== null && /^\d+$/.test(length) && encoding === 'identity' ? Number(length) : undefined;
}
