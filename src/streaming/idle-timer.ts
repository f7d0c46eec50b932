import type { Clock } from '../internal/clock.js';

/** How long a stream may be without events that have content; `Infinity` is no limit. */
export interface IdleLimits {
  readonly firstEventTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** A limit that was exceeded. */
export interface IdleTimeout {
  readonly limitMs: number;
  /** How long ago the last byte of any kind arrived; `undefined` if none did. */
  readonly lastByteAgoMs: number | undefined;
  /** Whether bytes arrived in the idle time: then the connection is alive, and the model sends nothing. */
  readonly isAlive: boolean;
}

/**
 * Measures how long a reader has waited for an event with content. The time that the consumer takes between two reads does
 * not count, and bytes alone do not reset it.
 *
 * One timer serves many reads: when it fires too early, it is started again for the rest.
 */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #limits: IdleLimits;
  readonly #onTimeout: (timeout: IdleTimeout) => void;
  #limitMs: number;
  /** The idle time of earlier reads. */
  #idleMs = 0;
  #waitingSince: number | undefined;
  #lastByteAt: number | undefined;
  #isAlive = false;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock, limits: IdleLimits, onTimeout: (timeout: IdleTimeout) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#limitMs = limits.firstEventTimeoutMs;
    this.#onTimeout = onTimeout;
  }

  /** A read starts. */
  wait(): void {
    this.#waitingSince = this.#clock.now();
    if (!this.#stopTimer) this.#startTimer(this.#limitMs - this.#idleMs);
  }

  /** A read returned bytes. */
  onBytes(): void {
    this.#lastByteAt = this.#clock.now();
    this.#idleMs += this.#lastByteAt - (this.#waitingSince ?? this.#lastByteAt);
    this.#waitingSince = undefined;
    this.#isAlive = true;
  }

  /** An event with content arrived. */
  reset(): void {
    this.#idleMs = 0;
    this.#isAlive = false;
    if (this.#limitMs === this.#limits.idleTimeoutMs) return;
    // From now on the other limit applies.
    this.#limitMs = this.#limits.idleTimeoutMs;
    this.stop();
  }

  /** Nobody reads any more. */
  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #startTimer(delayMs: number): void {
    if (delayMs < Infinity) this.#stopTimer = this.#clock.after(delayMs, () => this.#check());
  }

  #check(): void {
    this.#stopTimer = undefined;
    if (this.#waitingSince === undefined) return;
    const now = this.#clock.now();
    const idleMs = this.#idleMs + now - this.#waitingSince;
    if (idleMs < this.#limitMs) return this.#startTimer(this.#limitMs - idleMs);
    this.#onTimeout({
      limitMs: this.#limitMs,
      lastByteAgoMs: this.#lastByteAt === undefined ? undefined : now - this.#lastByteAt,
      isAlive: this.#isAlive,
    });
  }
}
