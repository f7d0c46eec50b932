import type { Clock } from '../../src/internal/clock.js';

/** A clock whose time passes from timer to timer, in their order, whenever nothing else is left to do. */
export function virtualClock(): Clock {
  let now = Date.UTC(2026, 0, 1);
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  let isGoing = false;
  const goOn = () => {
    const [due] = [...timers].toSorted((a, b) => a.at - b.at);
    isGoing = due !== undefined;
    if (!due) return;
    now = due.at;
    for (const timer of timers) {
      if (timer.at > now) continue;
      timers.delete(timer);
      timer.run();
    }
    setImmediate(goOn);
  };
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      if (!isGoing) setImmediate(goOn);
      isGoing = true;
      return () => void timers.delete(timer);
    },
  };
}
