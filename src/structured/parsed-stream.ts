import { captureCaller, addCallerStack, type Caller } from '../errors/caller.js';
import { PartialJson } from './partial-json.js';

/** The methods of a stream that are used. */
interface Abortable extends AsyncIterable<unknown> {
  abort(reason?: unknown): void;
}

/** The parts of a {@link ParsedStream}. */
export interface Parsing<Source, Result> {
  readonly source: Source;
  /** Calls a function for each delta of text, with the part that it belongs to, when the source is read. */
  readonly listen: (onText: (delta: string, part: unknown) => void) => void;
  /** Reads the source to its end, unless that is done elsewhere, and parses the reply. */
  readonly finish: () => Promise<Result>;
}

/**
 * A streamed reply as a growing value: iterate it for the value so far, and call {@link ParsedStream.finalParsed} for the
 * complete, validated one.
 *
 * The request is sent when it is first iterated or called. Breaking out of a `for await` aborts it.
 */
export class ParsedStream<Source extends Abortable, Partly, Result> implements AsyncIterable<Partly> {
  /** The underlying stream, for its chunks or events instead, its handlers, or its response. It can be read only once. */
  readonly source: Source;
  readonly #parsing: Parsing<Source, Result>;
  readonly #caller: Caller = captureCaller();
  #result: Promise<Result> | undefined;

  constructor(parsing: Parsing<Source, Result>) {
    this.source = parsing.source;
    this.#parsing = parsing;
  }

  /**
   * The complete, validated reply, as without streaming. Reads the stream to its end, unless that is done elsewhere.
   *
   * @throws {StructuredOutputError} if the reply does not fit the schema.
   * @throws {MistralError} whatever else ends the stream early; `partial` of the error is what had arrived.
   */
  finalParsed(): Promise<Result> {
    this.#result ??= this.#parsing.finish().catch((error: unknown) => {
      throw addCallerStack(error, this.#caller);
    });
    return this.#result;
  }

  /** Abort the request. Readers of the stream get an `AbortError`. */
  abort(reason?: unknown): void {
    this.source.abort(reason);
  }

  /**
   * The value so far, each time that it grows. It is one object, which is modified in place: copy what has to stay unchanged. It
   * is validated only when the loop ends.
   *
   * @throws {StructuredOutputError} at the end, if the reply does not fit the schema.
   * @throws {MistralError} whatever else ends the stream early, or if it was already read.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Partly, void> {
    // The reader gets the failure here.
    this.#result?.catch(() => undefined);
    let json = new PartialJson();
    let part: unknown;
    let grew = false;
    this.#parsing.listen((delta, of) => {
      // A conversation may have several messages, of which the last one counts.
      if (part !== undefined && part !== of) json = new PartialJson();
      part = of;
      grew = json.add(delta) || grew;
    });
    for await (const _ of this.source) {
      if (!grew) continue;
      grew = false;
      // The type of the schema, if the model follows it, with everything optional.
      yield json.value as Partly;
    }
    await this.finalParsed();
  }
}
