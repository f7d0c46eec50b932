/** Is told what a reader of events is told, just before. */
export interface Listener<Event> {
  event(event: Event): void;
  /** All events were read, or reading failed: with whatever was thrown, which need not be an error. */
  end(failure?: StreamFailure): void;
  /** The reader left before the end. */
  leave(): void;
}

/** What ended the reading early. */
export interface StreamFailure {
  readonly error: unknown;
}

/** Events, one after another, from wherever they come. */
export interface EventIterator<Event> {
  /** Whether there is nothing left to close. */
  readonly ended: boolean;
  /** The last `id:` of the wire. */
  readonly lastEventId: string | undefined;
  /** `undefined` for nobody any more. */
  listen(listener: Listener<Event> | undefined): void;
  /** Run something as soon as there is nothing left to close. */
  whenEnded(run: () => void): void;
  next(): Promise<IteratorResult<Event, void>>;
  return(): Promise<IteratorResult<Event, void>>;
}

/** What a stream is made of. */
export interface StreamSource<Event> {
  /** Aborting it ends the stream, whatever it is doing. */
  readonly controller: AbortController;
  /** Called once, when the first event is asked for. */
  open(): Promise<EventIterator<Event>>;
  /** Once it is open: who else is told how the reading ends, before the reader is. */
  watch?(): Pick<Listener<Event>, 'end' | 'leave'> | undefined;
}
