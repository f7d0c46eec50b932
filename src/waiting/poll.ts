import { ArgumentError } from '../errors/argument-error.js';
import { abortOf } from '../errors/failure-of.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { longestDelayMs, systemClock, type Clock } from '../internal/clock.js';
import { followSignals } from '../internal/follow-signals.js';
import { sleep } from '../internal/sleep.js';
import { unknownKey } from '../internal/unknown-key.js';
import { untilAborted } from '../internal/until-aborted.js';

/** How something is waited for. */
export interface WaitOptions<State> {
  /**
   * The wait after the first look; each later one is half as long again. Up to a quarter of every wait is left to
   * chance, so that many who wait do not all look at once.
   *
   * @default 1000
   */
  readonly initialDelayMs?: number | undefined;
  /**
   * The longest wait between two looks.
   *
   * @default 30000
   */
  readonly maxDelayMs?: number | undefined;
  /**
   * The longest time that all of it may take.
   *
   * @default no limit
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting, while it looks or between two looks. What is waited for goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Is given each state that was read, changed or not, and waited for. What it throws ends the waiting. */
  readonly onUpdate?: ((state: State) => unknown) | undefined;
}

/** Something to look at until it is over. */
export interface Polled<State> {
  /** Names it in errors. */
  readonly subject: string;
  /** Look at it. */
  read(signal: AbortSignal): PromiseLike<State>;
  statusOf(state: State): string;
  isOver(state: State): boolean;
}

/** Time and chance, handed in so that tests need neither. */
export interface Timing {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export const systemTiming: Timing = { clock: systemClock, random: Math.random };

const growth = 1.5;
const leftToChance = 0.25;

/**
 * Look at something again and again until it is over.
 *
 * @returns its last state.
 * @throws what a look throws, {@link TimeoutError}, and {@link AbortError}.
 */
export async function poll<State>(
  { subject, read, statusOf, isOver }: Polled<State>,
  options: WaitOptions<State>,
  { clock, random }: Timing,
): Promise<State> {
  const { initialDelayMs = 1000, maxDelayMs = 30_000, timeoutMs, onUpdate } = options;
  const following = followSignals(options.signal);
  const { signal } = following;
  let status = 'unknown';
  const stopTimer =
    timeoutMs === undefined
      ? undefined
      : clock.after(timeoutMs, () => following.end(timeoutOf(subject, status, timeoutMs)));
  try {
    for (let delayMs = initialDelayMs; ; delayMs *= growth) {
      signal.throwIfAborted();
      const state = await untilAborted(signal, read(signal));
      status = statusOf(state);
      await untilAborted(signal, Promise.resolve(onUpdate?.(state)));
      if (isOver(state)) return state;
      delayMs = Math.min(delayMs, maxDelayMs);
      await sleep(clock, delayMs * (1 - random() * leftToChance), signal);
    }
  } catch (error) {
    throw signal.aborted ? abortOf(following) : error;
  } finally {
    stopTimer?.();
    following.release();
  }
}

const timeoutOf = (subject: string, status: string, timeoutMs: number): TimeoutError =>
  new TimeoutError(
    `${subject} was not over after ${timeoutMs} ms; its last known status is ${status}. It goes on: wait for it again, or longer`,
    timeoutMs,
  );

const known = [
  'initialDelayMs',
  'maxDelayMs',
  'timeoutMs',
  'signal',
  'onUpdate',
] as const satisfies readonly (keyof WaitOptions<unknown>)[];

const mistaken = { timeout: 'timeoutMs', intervalMs: 'initialDelayMs', pollIntervalMs: 'initialDelayMs' };

/** @throws {ArgumentError} for an option that does not exist or cannot be right. */
export function checkWaitOptions(owner: string, options: WaitOptions<never>): void {
  const unknown = unknownKey(options, known, owner, mistaken);
  if (unknown) throw new ArgumentError(unknown);
  for (const name of ['initialDelayMs', 'maxDelayMs', 'timeoutMs'] as const) {
    const value = options[name];
    if (value === undefined || (typeof value === 'number' && value > 0 && value <= longestDelayMs)) continue;
    throw new ArgumentError(
      `${owner}: \`${name}\` must be a number of milliseconds above 0, up to ${longestDelayMs}`,
    );
  }
  // Told by structure: pages have a signal of another realm than their frames.
  if (options.signal !== undefined && typeof options.signal?.addEventListener !== 'function')
    throw new ArgumentError(`${owner}: \`signal\` must be an AbortSignal, such as \`controller.signal\``);
  if (options.onUpdate !== undefined && typeof options.onUpdate !== 'function')
    throw new ArgumentError(`${owner}: \`onUpdate\` must be a function`);
}
