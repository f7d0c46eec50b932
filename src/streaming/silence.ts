import type { Clock } from '../internal/clock.js';

/** How long a stream may say nothing; `Infinity` is as long as it likes. */
export interface SilenceLimits {
  readonly firstEventTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** A silence that lasted too long. */
export interface TooLongSilence {
  readonly limitMs: number;
  /** How long ago the last byte came, of whatever; `undefined` if none ever did. */
  readonly lastByteAgoMs: number | undefined;
  /** Whether bytes came during the silence: then the connection is alive, and the model says nothing. */
  readonly isAlive: boolean;
}

/**
 * Measures how long a stream has said nothing while somebody waited for it; what the consumer does between two
 * waits does not count. Bytes alone do not end a silence.
 *
 * One timer serves many waits: it looks at the clock when it fires, and goes on if it was too early.
 */
export class Silence {
  readonly #clock: Clock;
  readonly #limits: SilenceLimits;
  readonly #onTooLong: (silence: TooLongSilence) => void;
  #limitMs: number;
  /** The part of the silence that is in earlier waits. */
  #silentMs = 0;
  #waitingSince: number | undefined;
  #lastByteAt: number | undefined;
  #isAlive = false;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock, limits: SilenceLimits, onTooLong: (silence: TooLongSilence) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#limitMs = limits.firstEventTimeoutMs;
    this.#onTooLong = onTooLong;
  }

  /** A wait begins. */
  wait(): void {
    this.#waitingSince = this.#clock.now();
    if (!this.#stopTimer) this.#startTimer(this.#limitMs - this.#silentMs);
  }

  /** Bytes have ended a wait. */
  hearBytes(): void {
    this.#lastByteAt = this.#clock.now();
    this.#silentMs += this.#lastByteAt - (this.#waitingSince ?? this.#lastByteAt);
    this.#waitingSince = undefined;
    this.#isAlive = true;
  }

  /** Something was said. */
  end(): void {
    this.#silentMs = 0;
    this.#isAlive = false;
    if (this.#limitMs === this.#limits.idleTimeoutMs) return;
    // From now on the other limit holds.
    this.#limitMs = this.#limits.idleTimeoutMs;
    this.stop();
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #startTimer(delayMs: number): void {
    if (delayMs < Infinity) this.#stopTimer = this.#clock.after(delayMs, () => this.#look());
  }

  #look(): void {
    this.#stopTimer = undefined;
    if (this.#waitingSince === undefined) return;
    const now = this.#clock.now();
    const silentMs = this.#silentMs + now - this.#waitingSince;
    if (silentMs < this.#limitMs) return this.#startTimer(this.#limitMs - silentMs);
    this.#onTooLong({
      limitMs: this.#limitMs,
      lastByteAgoMs: this.#lastByteAt === undefined ? undefined : now - this.#lastByteAt,
      isAlive: this.#isAlive,
    });
  }
}
