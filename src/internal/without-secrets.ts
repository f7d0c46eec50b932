import { redacted, type Scrub } from './scrub.js';

/** A value with more objects than this is not searched, but replaced. */
const mostObjects = 10_000;

/**
 * A thrown value, unchanged unless it contains secrets of the request: in its message or stack, in a property at any depth,
 * or in the headers of a request that it refers to. Then only the scrubbed fields of an error remain.
 */
export function withoutSecrets(cause: unknown, scrub: Scrub): unknown {
  const seen = new Set<object>();
  const holdsSecret = (value: unknown): boolean => {
    if (typeof value === 'string') return scrub(value) !== value;
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value))
      return false;
    seen.add(value);
    return seen.size > mostObjects || partsOf(value).some(holdsSecret);
  };
  return holdsSecret(cause) ? remainsOf(cause, scrub) : cause;
}

/** Everything that a log could show of an object, including non-enumerable properties, entries and headers. */
function partsOf(value: object): unknown[] {
  const parts = [...Reflect.ownKeys(value), 'headers'].flatMap((key) => {
    try {
      return [typeof key === 'string' ? key : key.description, (value as Record<PropertyKey, unknown>)[key]];
    } catch {
      return [];
    }
  });
  const isCollection = Symbol.iterator in value && ('size' in value || 'getSetCookie' in value);
  return isCollection ? [...parts, ...(value as Iterable<unknown>)] : parts;
}

function remainsOf(cause: unknown, scrub: Scrub): unknown {
  if (typeof cause === 'string') return scrub(cause);
  if (!(cause instanceof Error)) return redacted;
  const remains = new Error(scrub(cause.message));
  const { name, stack, code } = cause as Error & { readonly code?: unknown };
  Object.assign(remains, typeof code === 'string' ? { code: scrub(code) } : {});
  Object.defineProperties(remains, {
    name: { value: scrub(name), configurable: true, writable: true },
    stack: { value: scrub(stack), configurable: true, writable: true },
  });
  if (cause.cause !== undefined)
    Object.defineProperty(remains, 'cause', {
      value: withoutSecrets(cause.cause, scrub),
      configurable: true,
      writable: true,
    });
  return remains;
}
