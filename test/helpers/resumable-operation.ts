import { expect, vi } from 'vitest';

import type { Described } from '../../generated/api.gen.js';
import { stream } from '../../src/operations/verbs.js';
import { createTransport, type TransportDependencies } from '../../src/transport/transport.js';
import type { RequestOptions } from '../../src/resources/method.js';
import type { StreamPromise } from '../../src/resources/method.js';
import type { Stream } from '../../src/streaming/stream.js';
import type { TransportOptions } from '../../src/transport/transport-options.js';

/** An event of {@link tailing}. */
export interface Line {
  readonly line: number;
}

/** What the operations of this package's description do not have: a stream that can be resumed. */
const operationOf = (resume: string | undefined, end: object): Tail => ({
  is: 'logs.tail stream GET /v1/logs/{name}?last_event_id&level',
  stream: { format: 'sse', ...end, ...(resume === undefined ? {} : { resume }) },
});

type Tail = Described<{
  kind: 'stream';
  params: { readonly name: string; readonly last_event_id?: string };
  event: Line;
}>;

/**
 * A method that streams the lines of a log, and can be resumed.
 *
 * @param resume - Where the id of the last event goes.
 */
export function tailing(
  options: TransportOptions,
  surroundings: Partial<TransportDependencies> = {},
  { resume = 'last_event_id', ...end }: { readonly resume?: string | null; readonly done?: string } = {},
) {
  const transport = createTransport({ apiKey: 'test-key', logLevel: 'off', ...options }, surroundings);
  const operation = operationOf(resume ?? undefined, end);
  return (callOptions?: RequestOptions, params = {}) =>
    stream(transport, operation, { name: 'app', ...params }, callOptions) as StreamPromise<Stream<Line>>;
}

/** Options of a client whose log tells when it waits to reconnect. */
export function tellingWaits(): {
  readonly options: TransportOptions;
  readonly waiting: () => Promise<void>;
} {
  const info = vi.fn<(line: string) => void>();
  const logger = { debug: info, info, warn: info, error: info };
  const isWaiting = expect.stringContaining('retrying in');
  return {
    options: { logger, logLevel: 'info' },
    waiting: () => vi.waitFor(() => expect(info).toHaveBeenCalledWith(isWaiting), { interval: 5 }),
  };
}

/** Lines with their numbers as ids. */
export const lines = (...numbers: readonly number[]): string =>
  numbers.map((line) => `id: ${line}\ndata: ${JSON.stringify({ line })}\n\n`).join('');
