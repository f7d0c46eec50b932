import { ArgumentError } from '../errors/argument-error.js';
import { abortOf } from '../errors/failure-of.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { isTimeoutMs, longestDelayMs, systemClock, type Clock } from '../internal/clock.js';
import { linkSignals } from '../internal/linked-cancellation.js';
import { sleep } from '../internal/sleep.js';
import { unknownKey } from '../internal/unknown-key.js';
import { untilAborted } from '../internal/until-aborted.js';

/** Options of waiting. */
export interface WaitOptions<State> {
  /**
   * The delay after the first poll; each later one is longer by half. Up to a quarter of every delay is jitter, so that many
   * clients do not poll at the same time.
   *
   * @default 1000
   */
  readonly initialDelayMs?: number | undefined;
  /**
   * The longest delay between two polls.
   *
   * @default 30000
   */
  readonly maxDelayMs?: number | undefined;
  /**
   * Timeout for the whole wait.
   *
   * @default no limit
   */
  readonly timeoutMs?: number | undefined;
  /** Aborts the wait, at any time. The job continues. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each polled state, changed or not, and awaited. An error in it ends the wait. */
  readonly onUpdate?: ((state: State) => unknown) | undefined;
}

/** Something to poll until it has ended. */
export interface Polled<State> {
  /** Names it in errors. */
  readonly subject: string;
  /** Read its state. */
  read(signal: AbortSignal): PromiseLike<State>;
  statusOf(state: State): string;
  isOver(state: State): boolean;
}

/** Clock and randomness, injected for tests. */
export interface Timing {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export const systemTiming: Timing = { clock: systemClock, random: Math.random };

/** Each delay is longer than the one before by this factor. */
export const growth = 1.5;
/** The share of a delay that is random. */
export const jitter = 0.25;

/**
 * Poll something until it has ended.
 *
 * @returns its last state.
 * @throws the error of a poll, {@link TimeoutError}, and {@link AbortError}.
 */
export async function poll<State>(
  { subject, read, statusOf, isOver }: Polled<State>,
  options: WaitOptions<State>,
  { clock, random }: Timing,
): Promise<State> {
  const { initialDelayMs = 1000, maxDelayMs = 30_000, timeoutMs, onUpdate } = options;
  const cancellation = linkSignals(options.signal);
  const { signal } = cancellation;
  let status = 'unknown';
  const stopTimer =
    timeoutMs === undefined
      ? undefined
      : clock.after(timeoutMs, () => cancellation.fail(timeoutOf(subject, status, timeoutMs)));
  try {
    for (let delayMs = initialDelayMs; ; delayMs *= growth) {
      signal.throwIfAborted();
      const state = await untilAborted(signal, read(signal));
      status = statusOf(state);
      await untilAborted(signal, Promise.resolve(onUpdate?.(state)));
      if (isOver(state)) return state;
      delayMs = Math.min(delayMs, maxDelayMs);
      await sleep(clock, delayMs * (1 - random() * jitter), signal);
    }
  } catch (error) {
    throw signal.aborted ? abortOf(cancellation) : error;
  } finally {
    stopTimer?.();
    cancellation.release();
  }
}

const timeoutOf = (subject: string, status: string, timeoutMs: number): TimeoutError =>
  new TimeoutError(
    `${subject} has not ended after ${timeoutMs} ms; its last known status is ${status}. It continues: wait again, or longer`,
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

/**
 * @param others - The options of the owner that are not those of waiting.
 * @throws {ArgumentError} for an unknown or invalid option.
 */
export function checkWaitOptions(
  owner: string,
  options: WaitOptions<never>,
  others: readonly string[] = [],
): void {
  const unknown = unknownKey(options, [...known, ...others], owner, mistaken);
  if (unknown) throw new ArgumentError(unknown);
  for (const name of ['initialDelayMs', 'maxDelayMs', 'timeoutMs'] as const) {
    const value = options[name];
    if (value === undefined || isTimeoutMs(value)) continue;
    throw new ArgumentError(
      `${owner}: \`${name}\` must be a number of milliseconds above 0, up to ${longestDelayMs}`,
    );
  }
  // Checked by structure: the signal may be of another realm, as in frames of a page.
  if (options.signal !== undefined && typeof options.signal?.addEventListener !== 'function')
    throw new ArgumentError(`${owner}: \`signal\` must be an AbortSignal, such as \`controller.signal\``);
  if (options.onUpdate !== undefined && typeof options.onUpdate !== 'function')
    throw new ArgumentError(`${owner}: \`onUpdate\` must be a function`);
}
