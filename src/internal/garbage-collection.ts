/**
 * Calls back when a registered object was garbage collected. Register only objects that this package made: a browser may collect
 * one of its own, such as a `ReadableStream`, while it still reads the stream. Never calls back where the runtime has no support, such as
 * Cloudflare Workers with a compatibility date before 2025-05-05.
 */
export const whenCollected = <Held>(
  callback: (held: Held) => void,
): Pick<FinalizationRegistry<Held>, 'register' | 'unregister'> =>
  typeof FinalizationRegistry === 'undefined'
    ? { register: () => undefined, unregister: () => false }
    : new FinalizationRegistry(callback);

/** A weak reference; a strong one where the runtime has no support. */
export const weakReference = <T extends object>(value: T): Pick<WeakRef<T>, 'deref'> =>
  typeof WeakRef === 'undefined' ? { deref: () => value } : new WeakRef(value);
