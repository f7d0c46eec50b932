/**
 * Calls back when a registered object was collected as garbage. Where the runtime cannot tell, as Cloudflare's workers with
 * a compatibility date before 2025-05-05, nothing is ever called.
 */
export const whenCollected = <Held>(
  callback: (held: Held) => void,
): Pick<FinalizationRegistry<Held>, 'register' | 'unregister'> =>
  typeof FinalizationRegistry === 'undefined'
    ? { register: () => undefined, unregister: () => false }
    : new FinalizationRegistry(callback);

/** A reference that lets its object be collected; where the runtime has none, one that does not. */
export const weakReference = <T extends object>(value: T): Pick<WeakRef<T>, 'deref'> =>
  typeof WeakRef === 'undefined' ? { deref: () => value } : new WeakRef(value);
