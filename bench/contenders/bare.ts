import type { CompletionChunk } from 'mistral-sdk';

const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };

export const post = (url: string, body: object, signal: AbortSignal | null = null): Promise<Response> =>
  fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });

export const get = (url: string, signal: AbortSignal | null = null): Promise<Response> =>
  fetch(url, { headers, signal });

export const textIn = (chunk: CompletionChunk): string =>
  (chunk.choices[0]?.delta.content as string | undefined) ?? '';
