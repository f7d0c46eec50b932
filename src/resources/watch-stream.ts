import { abortOf } from '../errors/failure-of.js';
import { weakReference } from '../internal/garbage-collection.js';
import type { StreamSource } from '../streaming/event-iterator.js';
import type { Stream } from '../streaming/stream.js';
import type { Exchange } from '../transport/exchange.js';

/** Tells the observer of a streamed call how the stream ended, with the data so far. */
export class StreamWatch {
  #exchange: Exchange | undefined;
  /** Weak, as the caller's signal refers to its listeners: an abandoned stream must be garbage collected. */
  #stream: ReturnType<typeof weakReference<Stream<unknown>>> | undefined;

  /** The response has started. */
  begin(exchange: Exchange): void {
    if (!exchange.watch) return;
    this.#exchange = exchange;
    const { cancellation } = exchange;
    // Nobody may be reading when it is aborted.
    cancellation.onAbort(() => this.#end({ error: abortOf(cancellation) }));
  }

  /** Reading starts. */
  listener(stream: Stream<unknown>): ReturnType<NonNullable<StreamSource<unknown>['watch']>> {
    if (!this.#exchange) return undefined;
    this.#stream = weakReference(stream);
    return { end: (failure) => this.#end({ ...failure }), leave: () => this.#end({}) };
  }

  #end(end: { error?: unknown }): void {
    const stream = this.#stream?.deref() as { readonly partial?: unknown } | undefined;
    this.#exchange?.watch?.ended({ ...end, data: stream?.partial });
  }
}
