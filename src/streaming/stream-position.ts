/** How many ids are remembered: about a megabyte. */
const mostIds = 10_000;

/**
 * How far a stream was read, over all of its connections.
 *
 * Within a connection, several events may have the same id; on a later one, an event with an id that was read is a repetition.
 */
export class StreamPosition {
  /** The id of the last event, to resume after. */
  id: string | undefined;
  #connection = 0;
  readonly #read: Map<string, number>;

  /** @param before - That of the stream which another one resumes. */
  constructor(id: string | undefined, before?: StreamPosition) {
    this.id = id;
    this.#read = new Map(before ? before.#read : []);
    this.#connection = before ? before.#connection + 1 : 0;
  }

  /** Another connection follows. */
  reconnect(): void {
    this.#connection += 1;
  }

  /** An event was read. */
  moveTo(id: string | undefined): void {
    this.id = id;
    if (!id) return;
    this.#read.set(id, this.#connection);
    if (this.#read.size > mostIds) this.#read.delete(this.#read.keys().next().value!);
  }

  /** Whether an earlier connection gave the event of an id. */
  readonly isRepeated = (id: string): boolean => (this.#read.get(id) ?? this.#connection) < this.#connection;
}
