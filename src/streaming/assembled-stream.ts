import { ArgumentError } from '../errors/argument-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { captureCaller, addCallerStack, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { iterablePromise, type IterablePromise } from '../internal/iterable-promise.js';
import { PendingCallbacks } from '../internal/pending-callbacks.js';
import { textOf } from '../content/text-of.js';
import type { Listener, StreamFailure, StreamSource } from './event-iterator.js';
import { isTaken, readFor, Stream } from './stream.js';

/** Handlers that every assembled stream has. */
export interface EndHandlers<Result> {
  /** The stream is complete. */
  end(result: Result): void;
  /** The stream failed. Its reader gets the same error. */
  error(error: unknown): void;
}

/** Calls the handlers of one event. */
export type Emit<Handlers> = <Name extends keyof Handlers & string>(
  name: Name,
  ...values: Handlers[Name] extends (...values: infer Values) => void ? Values : never
) => void;

/** Assembles the events of a stream to the result that a request without streaming would have got. */
export interface Assembly<Event, Result, Handlers> {
  /** The result so far; `undefined` before the first event. */
  readonly result: Result | undefined;
  /** The names of the handlers. */
  readonly handlers: readonly (keyof Handlers & string)[];
  /** @param emit - Absent without handlers. */
  add(event: Event, emit: Emit<Handlers> | undefined): void;
  /** The stream is complete. */
  end(emit: Emit<Handlers> | undefined): void;
  /** The text of an event for {@link AssembledStream.text}. */
  textIn(event: Event): string;
}

/** Text as it arrives; await it for the complete text. */
export interface TextStream extends IterablePromise<string, string> {}

/**
 * A stream that also assembles its result while it is read.
 *
 * Nothing is read, and no handler called, before events, text or the result are requested.
 */
export abstract class AssembledStream<Event, Result, Handlers> extends Stream<Event> {
  readonly #assembler: Assembler<Event, Result, Handlers>;

  constructor(
    source: StreamSource<Event>,
    assembly: Assembly<Event, Result, Handlers & EndHandlers<Result>>,
  ) {
    const assembler = new Assembler<Event, Result, Handlers>(assembly);
    super(source, assembler);
    this.#assembler = assembler;
  }

  /** The result so far; `undefined` before the first event. */
  get partial(): Result | undefined {
    return this.#assembler.assembly.result;
  }

  /**
   * Add a handler for an event of the stream. An error in it ends the stream, and its reader gets the error. Promises are
   * awaited only at the end; a rejection ends the stream at its next event.
   *
   * @throws {ArgumentError} for an unknown event.
   */
  on<Name extends keyof (Handlers & EndHandlers<Result>) & string>(
    name: Name,
    handler: (Handlers & EndHandlers<Result>)[Name],
  ): this {
    this.#assembler.on(name, handler);
    return this;
  }

  /**
   * Only the text: iterate it as it arrives, or await the complete text.
   *
   * @throws {MistralError} if it is iterated and the stream was already read.
   */
  text(): TextStream {
    const { assembly } = this.#assembler;
    const reader = captureCaller();
    return iterablePromise(
      () => textIn(this, reader, assembly),
      () => this.finalResult(reader).then(textOf),
    );
  }

  /** The complete result: reads the stream to its end, unless that is done elsewhere. */
  protected async finalResult(reader: Caller = captureCaller()): Promise<Result> {
    try {
      if (!isTaken(this as Stream<unknown>)) for await (const _ of readFor(reader, this));
      return await this.#assembler.finalResult();
    } catch (error) {
      throw addCallerStack(error, reader);
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

/** Handlers return `void`, which also allows async functions. */
type Handler = (...values: unknown[]) => unknown;
type Settle<Result> = { resolve(result: Result): void; reject(error: unknown): void };

class Assembler<Event, Result, Handlers> implements Listener<Event> {
  readonly assembly: Assembly<Event, Result, Handlers & EndHandlers<Result>>;
  readonly #handlers = new Map<string, Handler[]>();
  readonly #callbacks = new PendingCallbacks();
  /** Created with the first handler. */
  #emit: Emit<Handlers & EndHandlers<Result>> | undefined;
  #outcome: Partial<StreamFailure> | undefined;
  #waiting: Settle<Result>[] = [];

  constructor(assembly: Assembly<Event, Result, Handlers & EndHandlers<Result>>) {
    this.assembly = assembly;
  }

  on(name: string, handler: unknown): void {
    const { handlers } = this.assembly;
    if (!(handlers as readonly string[]).includes(name)) {
      throw new ArgumentError(`This stream has no event \`${name}\`; it has ${handlers.join(', ')}`);
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
    const { result } = this.assembly;
    // The error of a handler came first.
    const failure = this.#callbacks.failure ?? given;
    if (failure) {
      this.#settle(failure);
      this.#call('error', failure.error);
      if (failure !== given) throw failure.error;
    } else if (result === undefined) {
      this.#settle({ error: new MistralError('The stream ended without a response') });
    } else {
      this.#outcome = {};
      for (const { resolve } of this.#waiting) resolve(result);
      this.assembly.end(this.#emit);
      this.#call('end', result);
      return this.#callbacks.pending;
    }
    return undefined;
  }

  leave(): void {
    if (this.#outcome) return;
    const problem = 'This stream was cancelled before its end; `partial` is what had arrived';
    this.#settle({ error: new MistralError(problem) });
  }

  finalResult(): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (!this.#outcome) this.#waiting.push({ resolve, reject });
      else if ('error' in this.#outcome) reject(this.#outcome.error as Error);
      else resolve(this.assembly.result!);
    });
  }

  #call(name: string, ...values: unknown[]): void {
    for (const handler of this.#handlers.get(name) ?? []) this.#callbacks.call(handler, ...values);
  }

  #settle(failure: StreamFailure): void {
    const { result } = this.assembly;
    if (result !== undefined) attachPartial(failure.error, result);
    this.#outcome = failure;
    for (const { reject } of this.#waiting) reject(failure.error);
  }
}
