import { vi } from 'vitest';

import type { Api } from '../../generated/api.gen.js';
import { bindResources } from '../../src/resources/bind.js';
import type { Resource } from '../../src/resources/method.js';
import type { Fetch } from '../../src/transport/send.js';
import { createTransport } from '../../src/transport/transport.js';
import type { TransportOptions } from '../../src/transport/transport-options.js';
import { instantClock, type InstantClock } from './instant-clock.js';

/** One answer of a script: a response, or something that `fetch` rejects with. */
export type Line = (() => Response) | Error;

export interface Scripted {
  readonly mistral: Resource<Api>;
  readonly fetch: ReturnType<typeof vi.fn<Fetch>>;
  readonly clock: InstantClock;
  /** The headers of each request. */
  sent(): Headers[];
}

/** A client whose requests are answered line by line, the last line as often as it is asked for, in no time. */
export function scripted(lines: readonly Line[], options: Partial<TransportOptions> = {}): Scripted {
  let next = 0;
  const fetch = vi.fn<Fetch>(async () => {
    const line = lines[Math.min(next++, lines.length - 1)]!;
    if (line instanceof Error) throw line;
    return line();
  });
  const clock = instantClock();
  const all = { apiKey: 'test-key-0123456789', fetch, logLevel: 'off', ...options } as const;
  const mistral = bindResources(createTransport(all, { clock, random: () => 1 }));
  return { mistral, fetch, clock, sent: () => fetch.mock.calls.map(([, init]) => new Headers(init.headers)) };
}

/** A response with a status, headers and a body of JSON. */
export const answer =
  (status: number, headers: Record<string, string> = {}, body: unknown = {}): Line =>
  () =>
    Response.json(body, { status, headers });
