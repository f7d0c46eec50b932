import { withBody } from '../internal/with-body.js';

/** A response that a middleware may read as it likes, while the client has the same one for itself. */
export interface ResponseCopy {
  readonly copy: Response;
  /** What the client is to read, or to discard; that does not disturb the copy. */
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
 * Make a copy whose body is shared out only when somebody asks for it.
 *
 * `Response.clone()` will not do: where one of the two bodies is cancelled, it waits for the other one to be, and where the
 * other one fails, nobody catches it.
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
      // Getters and methods of a Response work on the Response itself alone.
      const value: unknown = Reflect.get(source, property, source);
      return typeof value === 'function' ? (value.bind(source) as unknown) : value;
    },
  });
  return { copy, original: () => original };
}

/** Two responses with all of the body each. Of what has no web stream, its own clone has to do. */
function shared(response: Response): [Response, Response] {
  const body = response.body as Partial<ReadableStream<Uint8Array>> | null | undefined;
  if (typeof body?.tee !== 'function') return [response, response.clone()];
  const [one, other] = body.tee();
  return [withBody(response, independent(one)), withBody(response, independent(other))];
}

/** A branch of a tee whose cancelling does not wait for the other one. */
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
