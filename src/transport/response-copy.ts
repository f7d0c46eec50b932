import { withBody } from '../internal/with-body.js';

/** A response for a middleware to read, while the client reads its own copy. */
export interface ResponseCopy {
  readonly copy: Response;
  /** The client's copy; reading or discarding it does not affect the other. */
  original(): Response;
}

const ofBody = new Set<string | symbol>([
  'body',
  'bodyUsed',
  'text',
  'json',
  'arrayBuffer',
  'blob',
  'bytes',
  'formData',
]);

/**
 * Make a copy whose body is split only on demand.
 *
 * Not by `Response.clone()`: cancelling one of its bodies waits for the other to be cancelled, and a failure of the other is
 * an unhandled rejection.
 */
export function copyOf(given: Response): ResponseCopy {
  let original = given;
  let own: Response | undefined;
  const touched = (): Response => {
    if (!own) [original, own] = shared(given);
    return own;
  };
  const clone = (): Response => {
    const [kept, cloned] = shared(touched());
    own = kept;
    return cloned;
  };
  const copy = new Proxy(given, {
    get(target, property) {
      if (property === 'clone') return clone;
      const source = ofBody.has(property) && !(property === 'bodyUsed' && !own) ? touched() : target;
      // Getters and methods of a Response work only on the Response itself.
      const value: unknown = Reflect.get(source, property, source);
      return typeof value === 'function' ? (value.bind(source) as unknown) : value;
    },
  });
  return { copy, original: () => original };
}

/** Two responses with the complete body each. Without a web stream, by `clone()`. */
function shared(response: Response): [Response, Response] {
  const body = response.body as Partial<ReadableStream<Uint8Array>> | null | undefined;
  if (typeof body?.tee !== 'function') return [response, response.clone()];
  const [one, other] = body.tee();
  return [withBody(response, independent(one)), withBody(response, independent(other))];
}

/** A branch of a tee whose `cancel()` does not wait for the other branch. */
function independent(branch: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = branch.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel(reason) {
        void reader.cancel(reason).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
