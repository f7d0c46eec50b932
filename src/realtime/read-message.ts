import type { RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { errorFromResponse, type APIError } from '../errors/api-error.js';
import { ResponseError } from '../errors/response-error.js';
import { isRecord } from '../internal/is-record.js';
import { scrubHeaders } from '../internal/scrub.js';
import type { Exchange } from '../transport/exchange.js';

/**
 * Read one message of the server. Unknown types pass.
 *
 * @throws {APIError} if it reports an error.
 * @throws {ResponseError} if it is too large, or not a JSON object with a type.
 */
export function readMessage(data: unknown, exchange: Exchange): RealtimeTranscriptionServerMessage {
  const text = textIn(data);
  if (text.length > exchange.maxEventBytes) {
    throw new ResponseError(
      `A message is larger than \`maxEventBytes\`, which is ${exchange.maxEventBytes}`,
      exchange,
      text.slice(0, 1024),
    );
  }
  const message = parse(text, exchange);
  if (!isRecord(message) || typeof message.type !== 'string') {
    throw new ResponseError('A message is not a JSON object with a `type`', exchange, text);
  }
  if (message.type === 'error') throw errorOf(message.error, exchange);
  // Messages are not validated: unknown ones pass.
  return message as unknown as RealtimeTranscriptionServerMessage;
}

/** Text may also arrive in binary frames. */
function textIn(data: unknown): string {
  if (typeof data === 'string') return data;
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? new TextDecoder().decode(data) : '';
}

function parse(text: string, exchange: Exchange): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ResponseError('A message is not JSON', exchange, text, { cause });
  }
}

/** The code is the HTTP status of the error, if it is a valid one. */
function errorOf(error: unknown, { call, response, scrub }: Exchange): APIError {
  const code = isRecord(error) ? Number(error.code) : NaN;
  const status = code >= 400 && code < 600 ? code : 500;
  return errorFromResponse(
    call,
    { status, statusText: 'error in the session', headers: scrubHeaders(response.headers, scrub) },
    scrub(error),
  );
}
