/**
 * An AWS Lambda function behind a function URL that passes a chat on, with the invoke mode RESPONSE_STREAM. Its environment has
 * MISTRAL_API_KEY and PROXY_TOKEN; the rate of all instances is limited by the function's reserved concurrency.
 */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { Mistral } from 'mistral-sdk';

import { createChatProxy } from './chat-proxy.js';

/** What is used of the event of a function URL. */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export type StreamingHandler = (event: FunctionUrlEvent, response: Writable) => Promise<void>;

/** Lambda's runtime has this global; types of it are not on npm. */
export interface AwsLambda {
  streamifyResponse(handler: StreamingHandler): StreamingHandler;
  HttpResponseStream: {
    from(response: Writable, head: { statusCode: number; headers: Record<string, string> }): Writable;
  };
}
declare const awslambda: AwsLambda;

const proxy = createChatProxy({ mistral: new Mistral(), token: process.env.PROXY_TOKEN });

export const handler = awslambda.streamifyResponse(async (event, output) => {
  // Lambda says that the visitor is gone, if it does, by closing what is written to.
  const gone = new AbortController();
  output.once('close', () => gone.abort());

  const response = await respond(event, gone.signal);
  const { status: statusCode, headers } = response;
  const target = awslambda.HttpResponseStream.from(output, {
    statusCode,
    headers: Object.fromEntries(headers),
  });
  // Lambda sends the status with the first byte, so that every response has a body.
  await pipeline(response.body ?? ['\n'], target).catch((error: unknown) => {
    if (!gone.signal.aborted) throw error;
  });
});

async function respond(event: FunctionUrlEvent, signal: AbortSignal): Promise<Response> {
  const { rawPath, requestContext, headers, body = '', isBase64Encoded } = event;
  const { method } = requestContext.http;
  if (method !== 'POST' || rawPath !== '/api/chat')
    return Response.json({ message: 'Not found.' }, { status: 404 });
  return proxy.fetch(
    new Request(`https://lambda${rawPath}`, {
      method,
      headers: { authorization: headers.authorization ?? '' },
      body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
      signal,
    }),
  );
}
