import type { CompletionChunk } from 'mistral-sdk';

const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };

export const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });

export const get = (url: string): Promise<Response> => fetch(url, { headers });

export const textIn = (chunk: CompletionChunk): string =>
  (chunk.choices[0]?.delta.content as string | undefined) ?? '';
