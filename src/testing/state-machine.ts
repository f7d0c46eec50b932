/** How often a job has to be polled until it has ended, as in {@link mockBatches}. */
export const pollsUntilEnded = 3;

/** The states of jobs, documents and executions, by their ids. */
export class StateMachine<State extends string> {
  readonly #polls = new Map<string, number>();
  readonly #ended = new Map<string, State>();
  readonly #states: readonly State[];

  /** @param states - The last one is the end. */
  constructor(states: readonly State[]) {
    this.#states = states;
  }

  poll(id: string): State {
    const ended = this.#ended.get(id);
    if (ended !== undefined) return ended;
    const count = (this.#polls.get(id) ?? 0) + 1;
    this.#polls.set(id, count);
    if (count >= pollsUntilEnded) return this.end(id, this.#states.at(-1)!);
    return this.#states[Math.min(count, this.#states.length - 2)]!;
  }

  /** The next poll finds the end. */
  hasten(id: string): void {
    this.#polls.set(id, pollsUntilEnded - 1);
  }

  end(id: string, state: State): State {
    this.#ended.set(id, state);
    return state;
  }

  /** `undefined` while it runs. */
  endOf(id: string): State | undefined {
    return this.#ended.get(id);
  }

  restart(id: string): undefined {
    this.#polls.delete(id);
    this.#ended.delete(id);
  }
}
