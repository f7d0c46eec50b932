import { abortOf } from '../errors/failure-of.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { longestDelayMs, systemClock } from '../internal/clock.js';
import { linkSignals } from '../internal/linked-cancellation.js';
import { untilAborted } from '../internal/until-aborted.js';

/** Limits of a request to an MCP server. */
export interface RequestLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

/** What both generations of clients know as options of a request. */
export interface McpRequestOptions {
  readonly signal: AbortSignal;
  readonly timeout?: number;
}

/**
 * Send a request through a client. The limits are given to the client, which tells the server, and apply even if it ignores
 * them.
 *
 * @param subject - Names the request in the error of a timeout.
 * @throws {TimeoutError} {@link AbortError}, or what the client throws.
 */
export async function sendRequest<T>(
  subject: string,
  { signal, timeoutMs }: RequestLimits,
  send: (options: McpRequestOptions) => PromiseLike<T>,
): Promise<T> {
  const cancellation = linkSignals(signal);
  const expire = (limitMs: number) =>
    cancellation.fail(new TimeoutError(`${subject} took longer than ${limitMs} ms`, limitMs));
  const stopTimer =
    timeoutMs === undefined ? undefined : systemClock.after(timeoutMs, () => expire(timeoutMs));
  try {
    cancellation.throwIfAborted();
    // A client's own limit, usually a minute, must not end a request that may take longer.
    const options = { signal: cancellation.signal, ...(stopTimer && { timeout: longestDelayMs }) };
    return await untilAborted(cancellation, send(options));
  } catch (error) {
    throw cancellation.aborted ? abortOf(cancellation) : error;
  } finally {
    stopTimer?.();
    cancellation.release();
  }
}
