import { callerHere, tellCaller, type Caller } from '../errors/caller.js';
import { PartialJson } from './partial-json.js';

/** What is used of a stream of chunks or events. */
interface Abortable extends AsyncIterable<unknown> {
  abort(reason?: unknown): void;
}

/** What makes a {@link ParsedStream} of a stream. */
export interface Parsing<Source, Result> {
  readonly source: Source;
  /** Calls a function for each piece of text with whatever it is part of, as soon as the source is read. */
  readonly listen: (onText: (delta: string, part: unknown) => void) => void;
  /** Reads the source to its end, unless somebody does so already, and checks the reply. */
  readonly finish: () => Promise<Result>;
}

/**
 * A reply that arrives piece by piece, as a growing value: iterate it for what there is so far, and ask
 * {@link ParsedStream.finalParsed} for the whole of it, checked.
 *
 * The request is sent when it is first iterated or asked. Leaving a `for await` early aborts it.
 */
export class ParsedStream<Source extends Abortable, Partly, Result> implements AsyncIterable<Partly> {
  /** The stream beneath, for its chunks or events instead, its handlers, or its response: it can be read once. */
  readonly source: Source;
  readonly #parsing: Parsing<Source, Result>;
  readonly #caller: Caller = callerHere();
  #result: Promise<Result> | undefined;

  constructor(parsing: Parsing<Source, Result>) {
    this.source = parsing.source;
    this.#parsing = parsing;
  }

  /**
   * The whole reply, checked: the same as the call that is not streamed gives. Reads the stream to its end, unless
   * that is done elsewhere.
   *
   * @throws {StructuredOutputError} if the reply is not what was asked for.
   * @throws {MistralError} whatever else ends the stream early; `partial` of the error is what had arrived.
   */
  finalParsed(): Promise<Result> {
    this.#result ??= this.#parsing.finish().catch((error: unknown) => {
      throw tellCaller(error, this.#caller);
    });
    return this.#result;
  }

  /** End the request now. Whoever reads the stream gets an `AbortError`. */
  abort(reason?: unknown): void {
    this.source.abort(reason);
  }

  /**
   * The value so far, each time that there is more of it. It is one value, which grows in place: what is to stay as it
   * is has to be copied. Nothing in it is checked before the loop has ended.
   *
   * @throws {StructuredOutputError} at the end, if the reply is not what was asked for.
   * @throws {MistralError} whatever else ends the stream early, or if it was read already.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Partly, void> {
    // Whoever reads here is told of a failure here.
    this.#result?.catch(() => undefined);
    let json = new PartialJson();
    let part: unknown;
    let grew = false;
    this.#parsing.listen((delta, of) => {
      // A conversation may have more than one message, of which the last one counts.
      if (part !== undefined && part !== of) json = new PartialJson();
      part = of;
      grew = json.add(delta) || grew;
    });
    for await (const _ of this.source) {
      if (!grew) continue;
      grew = false;
      // Of the type that the schema gives, as far as it has come and as the model keeps to it.
      yield json.value as Partly;
    }
    await this.finalParsed();
  }
}
