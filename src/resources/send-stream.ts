import type { Cancellation } from '../internal/cancellation.js';
import { openEvents } from '../streaming/open-events.js';
import type { ResponseEvents } from '../streaming/response-events.js';
import type { APIPromise } from '../transport/api-promise.js';
import type { ReadResponse } from '../transport/exchange.js';
import type { CallMeta } from '../transport/transport.js';
import { sendOperation, type Invocation } from './send-operation.js';
import type { StreamWatch } from './watch-stream.js';

/** What the connections of one stream have in common. */
export interface StreamConnection {
  readonly cancellation: Cancellation;
  readonly watch: StreamWatch;
  readonly isRepeated?: (id: string) => boolean;
}

/** Send the request of a stream, once its promise is used, and read up to the first event. */
export function sendStream(
  invocation: Invocation,
  { cancellation, watch, isRepeated }: StreamConnection,
  meta?: Pick<CallMeta, 'lost' | 'maxRetries'>,
): APIPromise<ResponseEvents<never>> {
  const { operation, options } = invocation;
  const read: ReadResponse<ResponseEvents<never>> = async (exchange) => {
    const { response, attempt, scrub, clock, settings, maxEventBytes } = exchange;
    const { firstEventTimeoutMs, idleTimeoutMs } = settings;
    const call = `mistral.${operation.id}()`;
    const events = await openEvents<never>(
      {
        call,
        response,
        attempt,
        cancellation: exchange.cancellation,
        scrub,
        clock,
        detachBody: () => exchange.detachBody(),
      },
      {
        firstEventTimeoutMs,
        idleTimeoutMs,
        maxEventBytes,
        end: operation.stream!,
        onEvent: options.onEvent,
        isRepeated,
      },
    );
    watch.begin(exchange);
    return events;
  };
  const headers = { accept: 'text/event-stream' };
  const sent = sendOperation(invocation, {
    read,
    headers,
    cancelSignal: cancellation,
    start: 'when used',
    ...meta,
  });
  // It gives what `read` does.
  return sent as APIPromise<ResponseEvents<never>>;
}
