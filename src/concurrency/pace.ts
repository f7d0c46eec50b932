const minuteMs = 60_000;

/** The rate of requests: evenly spaced, and within a token bucket that fills up over time. */
export class Pace {
  readonly #intervalMs: number;
  readonly #tokensPerMinute: number;
  #nextAt: number;
  /** Below 0 after a request that used more tokens than estimated. */
  #tokens: number;
  #filledAt: number;

  constructor(now: number, requestsPerSecond = Infinity, tokensPerMinute = Infinity) {
    this.#intervalMs = 1000 / requestsPerSecond;
    this.#tokensPerMinute = tokensPerMinute;
    this.#nextAt = now;
    this.#tokens = tokensPerMinute;
    this.#filledAt = now;
  }

  /** How long a request with so many tokens has to wait; 0 if it may be sent. One above the limit takes a whole minute. */
  waitMs(now: number, tokens: number): number {
    this.#fill(now);
    const missing = Math.min(tokens, this.#tokensPerMinute) - this.#tokens;
    const fillMs = missing > 0 ? Math.ceil((missing / this.#tokensPerMinute) * minuteMs) : 0;
    return Math.max(Math.ceil(this.#nextAt - now), fillMs, 0);
  }

  /** A request is sent now, for which {@link Pace.waitMs} was 0. */
  take(tokens: number): void {
    this.#nextAt = Math.max(this.#nextAt, this.#filledAt) + this.#intervalMs;
    this.#tokens -= tokens;
  }

  /** Corrects the estimate, if `used` is known. */
  correct(tokens: number, used: number | undefined): void {
    if (used !== undefined) this.#tokens += tokens - used;
  }

  #fill(now: number): void {
    if (this.#tokensPerMinute !== Infinity) {
      const filled = this.#tokens + ((now - this.#filledAt) / minuteMs) * this.#tokensPerMinute;
      this.#tokens = Math.min(this.#tokensPerMinute, filled);
    }
    this.#filledAt = now;
  }
}
