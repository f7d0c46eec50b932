import type { Clock } from '../../src/internal/clock.js';

/** A clock that stands still until it is told how much time passes. */
export interface HandClock extends Clock {
  /** Time passes, and what is due in it runs, each at its time. */
  pass(ms: number): void;
  /** How many timers have neither run nor been taken back. */
  pending(): number;
}

export function handClock(): HandClock {
  let now = Date.UTC(2026, 0, 1);
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due);
        now = due.at;
        due.run();
      }
      now = end;
    },
    pending: () => timers.size,
  };
}
