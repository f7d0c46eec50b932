import { systemClock } from '../../src/internal/clock.js';
import { followSignals, type Following } from '../../src/internal/follow-signals.js';
import type { OpeningResponse } from '../../src/streaming/open-events.js';

/** An answer as the transport hands it on. */
export const answerOf = (response: Response, following: Following = followSignals()): OpeningResponse => ({
  call: 'mistral.chat.stream()',
  response,
  following,
  clock: systemClock,
  scrub: (value) => value,
  handOver: () => undefined,
});

/** Longer than any test, and larger. */
export const patient = { firstEventTimeoutMs: 60_000, idleTimeoutMs: 60_000, maxEventBytes: Infinity };
