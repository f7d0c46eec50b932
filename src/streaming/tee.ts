import { AbortError } from '../errors/abort-error.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { EventIterator, Listener, StreamSource } from './event-iterator.js';

type Result<Event> = IteratorResult<Event, void>;

/** One result of the source and the way to the next. Only those who still have to read it hold it. */
interface Link<Event> {
  result?: Promise<Result<Event>>;
  next?: Link<Event>;
}

interface Trunk<Event> {
  readonly events: AsyncIterator<Event, void>;
  readonly lastEventId: () => string | undefined;
  /** How many branches have not ended. */
  branches: number;
}

/**
 * Two sources out of one. Each event is read once, when the faster branch asks for it, and kept until the slower
 * one has it, so memory grows with the distance between the two. When both are left, so is the source.
 */
export function tee<Event>(
  events: AsyncIterator<Event, void>,
  lastEventId: () => string | undefined,
): [StreamSource<Event>, StreamSource<Event>] {
  const trunk: Trunk<Event> = { events, lastEventId, branches: 2 };
  const root: Link<Event> = {};
  const branch = (): StreamSource<Event> => {
    const controller = new AbortController();
    const made = new Branch(trunk, root, controller.signal);
    return { controller, open: async () => made };
  };
  return [branch(), branch()];
}

class Branch<Event> implements EventIterator<Event> {
  readonly #trunk: Trunk<Event>;
  readonly #signal: AbortSignal;
  readonly #leave = () => void this.return();
  #link: Link<Event>;
  #listener: Listener<Event> | undefined;
  #ended = false;
  #onEnded = () => {};

  constructor(trunk: Trunk<Event>, root: Link<Event>, signal: AbortSignal) {
    this.#trunk = trunk;
    this.#link = root;
    this.#signal = signal;
    signal.addEventListener('abort', this.#leave, { once: true });
  }

  get ended(): boolean {
    return this.#ended;
  }

  get lastEventId(): string | undefined {
    return this.#trunk.lastEventId();
  }

  listen(listener: Listener<Event>): void {
    this.#listener = listener;
  }

  whenEnded(run: () => void): void {
    this.#onEnded = run;
  }

  async next(): Promise<Result<Event>> {
    if (this.#signal.aborted) throw new AbortError(this.#signal.reason);
    if (this.#ended) return { done: true, value: undefined };
    const link = this.#link;
    link.result ??= this.#trunk.events.next();
    link.next ??= {};
    this.#link = link.next;
    try {
      const result = await untilAborted(this.#signal, link.result);
      if (result.done) this.#end();
      else this.#listener?.event(result.value);
      if (result.done) this.#listener?.end();
      return result;
    } catch (error) {
      const failure = this.#signal.aborted ? new AbortError(this.#signal.reason) : error;
      this.#end();
      this.#listener?.end(failure);
      throw failure;
    }
  }

  async return(): Promise<Result<Event>> {
    this.#end();
    if (this.#trunk.branches === 0) await this.#trunk.events.return?.();
    return { done: true, value: undefined };
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnded();
    // What the other branch has still to read is not held here.
    this.#link = {};
    this.#signal.removeEventListener('abort', this.#leave);
    this.#trunk.branches -= 1;
  }
}
