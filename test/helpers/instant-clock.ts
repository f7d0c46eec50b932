import type { Clock } from '../../src/internal/clock.js';

/** A clock on which waits are over at once. Those of ten minutes, the usual time limits, never are. */
export interface InstantClock extends Clock {
  /** The waits that were over at once, in milliseconds. */
  readonly waits: readonly number[];
  /** How many timers have neither run nor been taken back. */
  pending(): number;
}

/** @param foreverMs - Waits of this length and above never end. */
export function instantClock(foreverMs = 600_000): InstantClock {
  const waits: number[] = [];
  let pending = 0;
  let now = Date.UTC(2026, 0, 1);
  return {
    waits,
    pending: () => pending,
    now: () => now,
    after(delayMs, run) {
      let open = true;
      pending += 1;
      const close = () => {
        if (open) pending -= 1;
        open = false;
      };
      if (delayMs < foreverMs) {
        waits.push(delayMs);
        setImmediate(() => {
          if (!open) return;
          close();
          now += delayMs;
          run();
        });
      }
      return close;
    },
  };
}
