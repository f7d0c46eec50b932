import { systemClock } from '../../src/internal/clock.js';
import { followSignal, type Following } from '../../src/internal/follow-signal.js';
import type { StreamSource } from '../../src/streaming/stream.js';

/** An answer as the transport hands it on. */
export const sourceOf = (
  response: Response,
  following: Following = followSignal(undefined),
): StreamSource => ({
  call: 'mistral.chat.stream()',
  response,
  following,
  clock: systemClock,
  scrub: (value) => value,
  handOver: () => undefined,
});

/** Longer than any test. */
export const patient = { firstEventTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
