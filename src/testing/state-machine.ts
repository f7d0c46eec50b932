/** The states of things that run at the API, by their ids: they end after some polls, or are stopped. */
export class StateMachine<State extends string> {
  readonly #polls = new Map<string, number>();
  readonly #stopped = new Map<string, State>();
  readonly #states: readonly State[];
  readonly #pollsUntilEnded: number;

  /** @param states - In their order, the last at the end. */
  constructor(states: readonly State[], pollsUntilEnded: number) {
    this.#states = states;
    this.#pollsUntilEnded = pollsUntilEnded;
  }

  poll(id: string): State {
    const count = (this.#polls.get(id) ?? 0) + 1;
    this.#polls.set(id, count);
    return (
      this.#stopped.get(id) ??
      (count >= this.#pollsUntilEnded
        ? this.#states.at(-1)!
        : this.#states[Math.min(count, this.#states.length - 2)]!)
    );
  }

  stop(id: string, state: State): State {
    this.#stopped.set(id, state);
    return state;
  }

  stoppedAs(id: string): State | undefined {
    return this.#stopped.get(id);
  }

  restart(id: string): undefined {
    this.#polls.delete(id);
    this.#stopped.delete(id);
  }
}
