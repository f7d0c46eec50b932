import { MistralError } from '../errors/mistral-error.js';
import type { Call, CallContext, Send } from './send.js';

/**
 * Runs around each attempt to send a request. It may change the request that it hands to `next`, look at the
 * response, answer by itself, or call `next` again.
 *
 * The body of the response may be read: the client reads a copy of its own. What a middleware throws rejects
 * the call as it is, and is not retried unless it is one of this package's errors that may be.
 *
 * @example
 * ```ts
 * import { Mistral, type Middleware } from 'mistral-sdk';
 *
 * const timing: Middleware = async (request, next, { operation, attempt }) => {
 *   const start = performance.now();
 *   const response = await next(request);
 *   console.log(`${operation} #${attempt}: ${response.status} in ${Math.round(performance.now() - start)} ms`);
 *   return response;
 * };
 * const mistral = new Mistral({ middleware: [timing] });
 * ```
 */
export type Middleware = (
  request: Call,
  next: (request: Call) => Promise<Response>,
  context: CallContext,
) => Promise<Response>;

/** Wrap middleware around a `Send`; the first is the outermost. */
export const withMiddleware = (middleware: readonly Middleware[], send: Send): Send =>
  middleware.reduceRight<Send>(
    (next, layer) => async (call, attempt) => {
      const { operation, attempt: number, signal } = attempt;
      const originals = new Map<Response, Response>();
      let chosen: Response | undefined;
      const guardedNext = async (request: Call) => {
        const original = await next(request, attempt);
        const copy = readableCopy(original);
        originals.set(copy, original);
        return copy;
      };
      try {
        const response = await layer(call, guardedNext, { operation, attempt: number, signal });
        chosen = originals.get(response) ?? response;
        if (typeof (chosen as Partial<Response> | undefined)?.status !== 'number')
          throw new MistralError(
            'A middleware gave no Response; it must return what `next` gives, or one of its own',
          );
        return chosen;
      } finally {
        for (const original of originals.values()) if (original !== chosen) discard(original);
      }
    },
    send,
  );

/** Frees the connection of a response that a middleware replaced. */
const discard = ({ body }: Response): void => void body?.cancel().catch(() => undefined);

const readers = new Set<string | symbol>([
  'body',
  'bodyUsed',
  'text',
  'json',
  'arrayBuffer',
  'blob',
  'bytes',
  'formData',
]);

/** The response with a body of its own, made only when somebody reads it. */
function readableCopy(original: Response): Response {
  let copy: Response | undefined;
  return new Proxy(original, {
    get(target, property) {
      if (readers.has(property) && !(property === 'bodyUsed' && !copy)) copy ??= target.clone();
      const source = readers.has(property) && copy ? copy : target;
      // Getters and methods of a Response work on the Response itself alone.
      const value: unknown = Reflect.get(source, property, source);
      return typeof value === 'function' ? (value.bind(source) as unknown) : value;
    },
  });
}
