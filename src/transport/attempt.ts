import { requestIdOf } from '../errors/api-error.js';
import { abortOf, failureOf, type FailureContext } from '../errors/failure-of.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { Clock } from '../internal/clock.js';
import { isBrowser } from '../internal/environment.js';
import { followSignals } from '../internal/follow-signals.js';
import { scrubbing } from '../internal/scrub.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { Outcome } from './api-promise.js';
import { authorize, type ApiKey } from './authorization.js';
import type { Exchange, ReadAnswer } from './exchange.js';
import { secretsOf } from './headers.js';
import type { Watch } from './observer.js';
import { readError } from './read-body.js';
import { isStreamed, routeOf, type RequestBody, type Send } from './send.js';
import type { CompleteSettings } from './settings.js';

/** A call as it was made, before its first attempt. */
export interface PreparedCall {
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  /** By name; `null` for one that is not to be sent, though it would be otherwise. */
  readonly headers: Map<string, string | null>;
  readonly body: RequestBody | undefined | Promise<RequestBody | undefined>;
  /** Each of them ends the call. */
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly settings: CompleteSettings;
}

export interface Means {
  readonly send: Send;
  readonly clock: Clock;
  readonly apiKey: ApiKey;
  readonly maxResponseBytes: number;
  readonly maxEventBytes: number;
  /** Absent when nobody observes the call. */
  readonly watch: Watch | undefined;
}

/**
 * Makes the attempts of one call. Each has a controller and a timer of its own, and leaves neither a timer nor
 * a listener behind, however it ends.
 */
export const attempting =
  (call: PreparedCall, { send, clock, apiKey, maxResponseBytes, maxEventBytes, watch }: Means) =>
  async <T>(number: number, read: ReadAnswer<T>): Promise<Outcome<T>> => {
    const { operation, method, url, settings } = call;
    const { timeoutMs } = settings;
    const route = routeOf(call);
    // Held here, and not only by the signal: a runtime may collect a controller that nobody holds.
    const following = followSignals(...call.signals);
    const { signal } = following.controller;
    const stopTimer = clock.after(timeoutMs, () =>
      following.end(
        new TimeoutError(`${route} took longer than ${timeoutMs} ms, its \`timeoutMs\``, timeoutMs),
      ),
    );
    let handedOver = false;
    try {
      const body = await untilAborted(signal, call.body);
      const headers = await untilAborted(signal, headersFor(call, body, apiKey, number));
      const context: FailureContext = { call: route, following, scrub: scrubbing(() => secretsOf(headers)) };
      const failure = (problem: string, cause: unknown) => failureOf(context, problem, cause);
      const response = await untilAborted(
        signal,
        send(
          { method, url, headers, body },
          { operation, attempt: number, signal, scrub: context.scrub, failure },
        ),
        (late) => void late.body?.cancel().catch(() => undefined),
      );
      const handOver = () => {
        handedOver = true;
        stopTimer();
      };
      // No spread: it would make this the slowest line of a call.
      const exchange: Exchange = {
        call: route,
        following,
        scrub: context.scrub,
        response,
        clock,
        settings,
        maxBytes: maxResponseBytes,
        maxEventBytes,
        watch,
        handOver,
      };
      if (!response.ok) throw await readError(exchange);
      const data = await read(exchange);
      watch?.answered({
        response,
        requestId: context.scrub(requestIdOf(response.headers)),
        attempts: number,
      });
      if (!handedOver) watch?.ended({ data });
      return { response, data, attempts: number };
    } catch (error) {
      const failure = signal.aborted ? abortOf(following) : error;
      handedOver = false;
      // What is still going on, such as an upload that was refused early, ends with the attempt.
      following.controller.abort();
      throw failure;
    } finally {
      stopTimer();
      if (!handedOver) following.release();
    }
  };

/** The headers of one attempt: the key is asked for anew, and the retries are counted. */
function headersFor(
  call: PreparedCall,
  body: RequestBody | undefined,
  apiKey: ApiKey,
  number: number,
): Headers | Promise<Headers> {
  const headers = new Headers();
  for (const [name, value] of call.headers) if (value !== null) headers.set(name, value);
  if (!isBrowser()) headers.set('x-retry-count', String(number - 1));
  const contentType = contentTypeOf(body);
  if (body === undefined) headers.delete('content-type');
  else if (contentType && !headers.has('content-type')) headers.set('content-type', contentType);
  // With it the server knows what is coming, and `fetch` notices a file that changed on its way.
  if (isStreamed(body) && body.byteLength !== undefined)
    headers.set('content-length', String(body.byteLength));
  return call.headers.has('authorization') ? headers : authorize(headers, apiKey);
}

function contentTypeOf(body: RequestBody | undefined): string | undefined {
  if (typeof body === 'string') return 'application/json';
  if (body instanceof Blob) return body.type;
  return isStreamed(body) ? body.contentType : undefined;
}
