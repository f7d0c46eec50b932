import { MistralError } from '../errors/mistral-error.js';
import { discardBody } from '../internal/response-body.js';
import { copyOf, type ResponseCopy } from './response-copy.js';
import type { Call, CallContext, Send } from './send.js';

/**
 * Runs around each attempt to send a request. It may change the request that it passes to `next`, inspect the response,
 * respond by itself, or call `next` again.
 *
 * The body of the response may be read, cancelled and kept: the client reads its own copy. An error of a middleware rejects the
 * call unchanged, and is not retried unless it is a retryable error of this package.
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
      const copies: ResponseCopy[] = [];
      let chosen: ResponseCopy | undefined;
      const guardedNext = async (request: Call) => {
        const made = copyOf(await next(request, attempt));
        copies.push(made);
        return made.copy;
      };
      try {
        const response: Response | undefined = await layer(call, guardedNext, {
          operation,
          attempt: number,
          signal,
        });
        chosen = copies.find(({ copy }) => copy === response);
        if (typeof response?.status !== 'number')
          throw new MistralError(
            'A middleware did not return a Response; it must return that of `next`, or its own',
          );
        return chosen ? chosen.original() : response;
      } finally {
        // Frees the connection of a response that was replaced.
        for (const made of copies) if (made !== chosen) discardBody(made.original());
      }
    },
    send,
  );
