import type { Logger } from './log.js';
import type { RequestBody, Send } from './send.js';

/** When the model of the request will be removed, as an ISO date or a Unix time. */
const header = 'x-model-deprecation-timestamp';

/** Warns once of each model that the API says will be removed. */
export function withDeprecationWarnings(log: Logger, send: Send): Send {
  const warned = new Set<string>();
  return async (call, attempt) => {
    const response = await send(call, attempt);
    const timestamp = response.headers.get(header);
    if (timestamp === null) return response;
    const model = modelOf(call.body, call.url);
    const known = model || attempt.operation;
    if (warned.has(known)) return response;
    warned.add(known);
    const day = dayOf(timestamp);
    log.warn(
      attempt.scrub(
        `The model ${model && `${model} `}of ${attempt.operation} is deprecated${day ? ` and will be removed on ${day}` : ''}; https://docs.mistral.ai/models says what replaces it`,
      ),
    );
    return response;
  };
}

/** The `model` of a request, without parsing all of a body that may be large; empty if it is not told, as by a form. */
function modelOf(body: RequestBody | undefined, url: string): string {
  // A quote inside a string of JSON is escaped, so this is a key.
  const named = typeof body === 'string' ? /"model":"([^"\\]*)"/.exec(body)?.[1] : undefined;
  return named ?? new URL(url).searchParams.get('model') ?? '';
}

/** `undefined` for something that is not a time. */
function dayOf(timestamp: string): string | undefined {
  const number = timestamp.trim() === '' ? NaN : Number(timestamp);
  // A Unix time has ten digits in seconds, and thirteen in milliseconds.
  const time = new Date(Number.isNaN(number) ? timestamp : number < 1e11 ? number * 1000 : number);
  return Number.isNaN(time.valueOf()) ? undefined : time.toISOString().slice(0, 10);
}
