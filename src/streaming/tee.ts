import { AbortError } from '../errors/abort-error.js';
import { addCallerStack, type Caller } from '../errors/caller.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { Cancellation } from '../internal/cancellation.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { EventIterator, Listener, StreamFailure, StreamSource } from './event-iterator.js';

type Result<Event> = IteratorResult<Event, void>;

/** One result of the source, linked to the next. Only branches that still have to read it refer to it. */
interface Link<Event> {
  result?: Promise<Result<Event>>;
  next?: Link<Event>;
}

/** The source, shared by the branches. */
interface Source<Event> {
  readonly events: AsyncIterator<Event, void>;
  readonly lastEventId: () => string | undefined;
  readonly within: EventIterator<Event>['within'];
}

interface Trunk<Event> extends Source<Event> {
  /** How many branches have not ended. */
  branches: number;
}

/**
 * Two sources of one. Each event is read once, when the faster branch asks for it, and buffered until the slower one has it,
 * so memory grows with the distance between them. When both stop, the source is cancelled.
 */
export function tee<Event>(source: Source<Event>): [StreamSource<Event>, StreamSource<Event>] {
  const trunk: Trunk<Event> = { ...source, branches: 2 };
  const root: Link<Event> = {};
  const branch = (): StreamSource<Event> => {
    const cancellation = new Cancellation();
    const made = new Branch(trunk, root, cancellation);
    return { cancellation, open: async () => made };
  };
  return [branch(), branch()];
}

class Branch<Event> implements EventIterator<Event> {
  readonly #trunk: Trunk<Event>;
  readonly #cancellation: Cancellation;
  readonly #stopListening: () => void;
  #link: Link<Event>;
  #listener: Listener<Event> | undefined;
  #ended = false;
  #onEnded = () => {};
  #closing: Promise<unknown> | undefined;
  /** Asynchronous work of the listener, which the end waits for. */
  #heard: Promise<unknown> | undefined;

  constructor(trunk: Trunk<Event>, root: Link<Event>, cancellation: Cancellation) {
    this.#trunk = trunk;
    this.#link = root;
    this.#cancellation = cancellation;
    this.#stopListening = cancellation.onAbort(() =>
      this.#finish({ error: new AbortError(this.#cancellation.reason) }),
    );
  }

  get ended(): boolean {
    return this.#ended;
  }

  get lastEventId(): string | undefined {
    return this.#trunk.lastEventId();
  }

  listen(listener: Listener<Event> | undefined): void {
    this.#listener = listener;
  }

  whenEnded(run: () => void): void {
    this.#onEnded = run;
  }

  async next(reader?: Caller): Promise<Result<Event>> {
    if (this.#cancellation.aborted) throw addCallerStack(new AbortError(this.#cancellation.reason), reader);
    if (this.#ended) return done;
    const link = this.#link;
    link.result ??= this.#trunk.events.next();
    link.next ??= {};
    this.#link = link.next;
    let result: Result<Event>;
    try {
      result = await untilAborted(this.#cancellation, link.result);
      if (!result.done && !this.#ended) this.#listener?.event(result.value);
    } catch (error) {
      const failure = this.#cancellation.aborted ? new AbortError(this.#cancellation.reason) : error;
      throw this.#finish({ error: addCallerStack(failure, reader) });
    }
    // There is nothing to read after a failure.
    if (this.#ended) return done;
    if (!result.done) return result;
    this.#finish();
    const heard = this.#heard;
    if (heard) await this.within(heard);
    return done;
  }

  async within(promise: Promise<unknown>): Promise<unknown> {
    return untilCallerAborts(this.#cancellation, this.#trunk.within(promise));
  }

  async return(): Promise<Result<Event>> {
    this.#listener = undefined;
    this.#finish();
    await this.#closing;
    return done;
  }

  /** Ends the reading, and calls the listener once. @returns the error for the reader. */
  #finish(failure?: StreamFailure): unknown {
    if (this.#ended) return failure?.error;
    this.#ended = true;
    this.#onEnded();
    // Release what the other branch still has to read.
    this.#link = {};
    this.#stopListening();
    this.#trunk.branches -= 1;
    if (this.#trunk.branches === 0) this.#closing = this.#trunk.events.return?.();
    const listener = this.#listener;
    this.#listener = undefined;
    try {
      this.#heard = listener?.end(failure);
    } catch (thrown) {
      if (!failure) throw thrown;
      return thrown;
    }
    return failure?.error;
  }
}

const done: IteratorReturnResult<void> = { done: true, value: undefined };
