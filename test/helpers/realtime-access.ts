import type { HasTransport } from '../../src/transport/transport-key.js';
import { transportKey } from '../../src/transport/transport-key.js';
import { createTransport } from '../../src/transport/transport.js';
import type { TransportOptions } from '../../src/transport/transport-options.js';
import type { Clock } from '../../src/internal/clock.js';
import { instantClock } from './instant-clock.js';

export const realtimeKey = 'test-key-0123456789';

/** Waits between attempts are over at once; the time limits of a session are never reached. */
export const realtimeClock = () => instantClock(30_000);

/** What stands for a client, with a clock of the test's own. */
export function accessTo(
  origin: string,
  clock: Clock = realtimeClock(),
  options: Partial<TransportOptions> = {},
): HasTransport {
  const all = { apiKey: realtimeKey, baseURL: origin, logLevel: 'off', ...options } as const;
  return { [transportKey]: createTransport(all, { clock, random: () => 1 }) };
}
