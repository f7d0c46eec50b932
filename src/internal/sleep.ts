import type { Signal } from './cancellation.js';
import type { Clock } from './clock.js';
import { untilAborted } from './until-aborted.js';

/** @throws the signal's reason, as soon as it aborts. */
export async function sleep(clock: Clock, delayMs: number, signal: Signal): Promise<void> {
  let stopTimer = () => {};
  try {
    await untilAborted(signal, new Promise<void>((resolve) => (stopTimer = clock.after(delayMs, resolve))));
  } finally {
    stopTimer();
  }
}
