import { ArgumentError } from '../errors/argument-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { callerHere, tellCaller, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { iterablePromise, type IterablePromise } from '../internal/iterable-promise.js';
import { PendingCallbacks } from '../internal/pending-callbacks.js';
import { textOf } from '../content/text-of.js';
import type { Listener, StreamFailure, StreamSource } from './event-iterator.js';
import { isTaken, readFor, Stream } from './stream.js';

/** Handlers that every assembled stream has. */
export interface EndHandlers<Answer> {
  /** The stream is complete. */
  end(answer: Answer): void;
  /** The stream failed. Whoever reads it gets the same error. */
  error(error: unknown): void;
}

/** Calls the handlers of one name. */
export type Emit<Handlers> = <Name extends keyof Handlers & string>(
  name: Name,
  ...values: Handlers[Name] extends (...values: infer Values) => void ? Values : never
) => void;

/** Puts the events of a stream together to the answer as it would have come in one piece. */
export interface Assembly<Event, Answer, Handlers> {
  /** As far as it has come; `undefined` while there is nothing. */
  readonly answer: Answer | undefined;
  /** The names of the handlers. */
  readonly handlers: readonly (keyof Handlers & string)[];
  /** @param emit - Absent while nobody listens. */
  add(event: Event, emit: Emit<Handlers> | undefined): void;
  /** The stream is complete. */
  end(emit: Emit<Handlers> | undefined): void;
  /** The part of an event that {@link AssembledStream.text} is made of. */
  textIn(event: Event): string;
}

/** Text as it arrives; await it for the whole of it. */
export interface TextStream extends IterablePromise<string, string> {}

/**
 * A stream that also puts its answer together while it is read.
 *
 * Nothing is read, and no handler called, before somebody asks for events, text or the whole.
 */
export abstract class AssembledStream<Event, Answer, Handlers> extends Stream<Event> {
  readonly #assembler: Assembler<Event, Answer, Handlers>;

  constructor(
    source: StreamSource<Event>,
    assembly: Assembly<Event, Answer, Handlers & EndHandlers<Answer>>,
  ) {
    const assembler = new Assembler<Event, Answer, Handlers>(assembly);
    super(source, assembler);
    this.#assembler = assembler;
  }

  /** The answer as far as it has been read by now; `undefined` while there is nothing. */
  get partial(): Answer | undefined {
    return this.#assembler.assembly.answer;
  }

  /**
   * Call a function for what happens while the stream is read. What it throws ends the stream and comes out where
   * the stream is read. It is not waited for before the end; if it returns a promise that rejects, that ends the
   * stream at its next event.
   *
   * @throws {ArgumentError} for a name that there is not.
   */
  on<Name extends keyof (Handlers & EndHandlers<Answer>) & string>(
    name: Name,
    handler: (Handlers & EndHandlers<Answer>)[Name],
  ): this {
    this.#assembler.on(name, handler);
    return this;
  }

  /**
   * The text alone: iterate it as it arrives, or await the whole of it.
   *
   * @throws {MistralError} if it is iterated and the stream was read already.
   */
  text(): TextStream {
    const { assembly } = this.#assembler;
    const reader = callerHere();
    return iterablePromise(
      () => textIn(this, reader, assembly),
      () => this.whole(reader).then(textOf),
    );
  }

  /** The whole answer: the stream is read to its end, unless somebody does so already. */
  protected async whole(reader: Caller = callerHere()): Promise<Answer> {
    try {
      if (!isTaken(this as Stream<unknown>)) for await (const _ of readFor(reader, this));
      return await this.#assembler.whole();
    } catch (error) {
      throw tellCaller(error, reader);
    }
  }
}

async function* textIn<Event>(
  stream: Stream<Event>,
  reader: Caller,
  assembly: Pick<Assembly<Event, unknown, never>, 'textIn'>,
): AsyncGenerator<string, void> {
  for await (const event of readFor(reader, stream)) {
    const text = isRecord(event) ? assembly.textIn(event) : '';
    if (text !== '') yield text;
  }
}

/** Its type has nothing to return, which an asynchronous one fits. */
type Handler = (...values: unknown[]) => unknown;
type Settle<Answer> = { resolve(answer: Answer): void; reject(error: unknown): void };

class Assembler<Event, Answer, Handlers> implements Listener<Event> {
  readonly assembly: Assembly<Event, Answer, Handlers & EndHandlers<Answer>>;
  readonly #handlers = new Map<string, Handler[]>();
  readonly #callbacks = new PendingCallbacks();
  /** Made with the first handler. */
  #emit: Emit<Handlers & EndHandlers<Answer>> | undefined;
  #outcome: Partial<StreamFailure> | undefined;
  #waiting: Settle<Answer>[] = [];

  constructor(assembly: Assembly<Event, Answer, Handlers & EndHandlers<Answer>>) {
    this.assembly = assembly;
  }

  on(name: string, handler: unknown): void {
    const { handlers } = this.assembly;
    if (!(handlers as readonly string[]).includes(name)) {
      throw new ArgumentError(`This stream has no \`${name}\` to listen to; it has ${handlers.join(', ')}`);
    }
    if (typeof handler !== 'function')
      throw new ArgumentError(`on('${name}', handler): the handler must be a function`);
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler as Handler]);
    this.#emit = (event, ...values) => this.#call(event, ...values);
  }

  event(event: Event): void {
    this.#callbacks.throwIfFailed();
    this.assembly.add(event, this.#emit);
  }

  end(given?: StreamFailure): Promise<unknown> | undefined {
    const { answer } = this.assembly;
    // What a handler failed with came first.
    const failure = this.#callbacks.failure ?? given;
    if (failure) {
      this.#settle(failure);
      this.#call('error', failure.error);
      if (failure !== given) throw failure.error;
    } else if (answer === undefined) {
      this.#settle({ error: new MistralError('The stream ended without an answer') });
    } else {
      this.#outcome = {};
      for (const { resolve } of this.#waiting) resolve(answer);
      this.assembly.end(this.#emit);
      this.#call('end', answer);
      return this.#callbacks.pending;
    }
    return undefined;
  }

  leave(): void {
    if (this.#outcome) return;
    const problem = 'This stream was left before its end; `partial` is what had arrived';
    this.#settle({ error: new MistralError(problem) });
  }

  whole(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.#outcome) this.#waiting.push({ resolve, reject });
      else if ('error' in this.#outcome) reject(this.#outcome.error as Error);
      else resolve(this.assembly.answer!);
    });
  }

  #call(name: string, ...values: unknown[]): void {
    for (const handler of this.#handlers.get(name) ?? []) this.#callbacks.call(handler, ...values);
  }

  #settle(failure: StreamFailure): void {
    const { answer } = this.assembly;
    if (answer !== undefined) attachPartial(failure.error, answer);
    this.#outcome = failure;
    for (const { reject } of this.#waiting) reject(failure.error);
  }
}
