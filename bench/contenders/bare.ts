import type { ListBatchJobsResponse, CompletionChunk } from 'mistral-sdk';

const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };

export const post = (url: string, body: object, signal: AbortSignal | null = null): Promise<Response> =>
  fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });

export const get = (url: string, signal: AbortSignal | null = null): Promise<Response> =>
  fetch(url, { headers, signal });

export const textIn = (chunk: CompletionChunk): string =>
  (chunk.choices[0]?.delta.content as string | undefined) ?? '';

/**
 * Iterates over the pages of a list.
 *
 * @returns how long all ids are
 */
export async function paginate(
  url: string,
  read: (url: string) => Promise<ListBatchJobsResponse>,
): Promise<number> {
  let length = 0;
  for (let page = 0, total = 1; page * 100 < total; page += 1) {
    const list = await read(`${url}/v1/batch/jobs?page=${page}&page_size=100`);
    for (const { id } of list.data ?? []) length += id.length;
    ({ total } = list);
  }
  return length;
}
