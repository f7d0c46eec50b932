import { systemClock } from '../../src/internal/clock.js';
import { linkSignals, type LinkedCancellation } from '../../src/internal/linked-cancellation.js';
import type { OpeningResponse } from '../../src/streaming/open-events.js';

/** An answer as the transport hands it on. */
export const answerOf = (
  response: Response,
  cancellation: LinkedCancellation = linkSignals(),
): OpeningResponse => ({
  call: 'mistral.chat.stream()',
  response,
  cancellation,
  clock: systemClock,
  scrub: (value) => value,
  detachBody: () => undefined,
});

/** Longer than any test, and larger. */
export const patient = { firstEventTimeoutMs: 60_000, idleTimeoutMs: 60_000, maxEventBytes: Infinity };
