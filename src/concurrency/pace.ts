const minuteMs = 60_000;

/** How fast requests may follow one another: evenly spaced, and within a budget of tokens that fills up as time passes. */
export class Pace {
  readonly #intervalMs: number;
  readonly #tokensPerMinute: number;
  #nextAt: number;
  /** Below 0 after a request that took more than it was estimated to take. */
  #tokens: number;
  #filledAt: number;

  constructor(now: number, requestsPerSecond = Infinity, tokensPerMinute = Infinity) {
    this.#intervalMs = 1000 / requestsPerSecond;
    this.#tokensPerMinute = tokensPerMinute;
    this.#nextAt = now;
    this.#tokens = tokensPerMinute;
    this.#filledAt = now;
  }

  /** How long a request of so many tokens has to wait; 0 if it may be sent. One that no minute has room for takes a whole one. */
  waitMs(now: number, tokens: number): number {
    this.#fill(now);
    const missing = Math.min(tokens, this.#tokensPerMinute) - this.#tokens;
    const fillMs = missing > 0 ? Math.ceil((missing / this.#tokensPerMinute) * minuteMs) : 0;
    return Math.max(Math.ceil(this.#nextAt - now), fillMs, 0);
  }

  /** A request is sent now, for which {@link Pace.waitMs} gave 0. */
  take(tokens: number): void {
    this.#nextAt = Math.max(this.#nextAt, this.#filledAt) + this.#intervalMs;
    this.#tokens -= tokens;
  }

  /** What a request has taken is known, where `used` is. */
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
