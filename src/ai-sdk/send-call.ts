import type { RequestOptions } from '../resources/method.js';
import type { APIPromise } from '../transport/api-promise.js';
import { callErrorOf } from './sdk-error.js';
import type { ModelCall } from './shared-v3.js';

/**
 * The data of a call, and the headers of its response as the AI SDK has them.
 *
 * @param url - The route, for errors.
 * @param body - What is sent, for errors.
 */
export async function sendCall<T>(
  call: () => APIPromise<T>,
  url: string,
  body: unknown,
): Promise<{ readonly data: T; readonly headers: Record<string, string> }> {
  try {
    const { data, response } = await call().withResponse();
    return { data, headers: Object.fromEntries(response.headers) };
  } catch (error) {
    throw callErrorOf(error, url, body);
  }
}

/** Options of a request, for those of a call by the AI SDK. */
export const requestOptionsOf = (
  { abortSignal, headers }: ModelCall,
  body?: RequestOptions['body'],
): RequestOptions => ({ signal: abortSignal, headers, body });
