import { createParser } from 'eventsource-parser';

import type {
  ListBatchJobsResponse,
  ChatCompletionResponse,
  CompletionChunk,
  EmbeddingResponse,
  OCRResponse,
} from 'mistral-sdk';
import { document, embeddingParams, params, repeat, together } from '../inputs.js';
import type { Contender } from '../works.js';
import { get, post, textIn, paginate } from './bare.js';

/** The floor: bare `fetch`, a parser of events that calls back, `JSON.parse`. Nothing else that a client does. */
export const contender: Contender = {
  streamWhole: readStream,
  streamEvent: readStream,
  streamSplit: readStream,
  accumulate: readStream,
  concurrentStreams: (url, count) => together(count, () => readStream(url)),
  chat: (url, count) => repeat(count, () => chat(url)),
  concurrentCalls: (url, count) => together(count, () => chat(url)),
  embeddings: (url, count) =>
    repeat(count, async () => {
      const { data } = (await (
        await post(`${url}/v1/embeddings`, embeddingParams)
      ).json()) as EmbeddingResponse;
      return data.reduce((sum, { embedding }) => sum + embedding!.length, 0);
    }),
  ocr: (url, count) =>
    repeat(count, async () => {
      const response = await post(`${url}/v1/ocr`, { model: 'mistral-ocr-latest', document });
      const { pages } = (await response.json()) as OCRResponse;
      return pages.reduce((sum, { markdown }) => sum + markdown.length, 0);
    }),
  paginate: (url) => paginate(url, async (page) => (await (await get(page)).json()) as ListBatchJobsResponse),
};

async function readStream(url: string): Promise<number> {
  let text = '';
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') text += textIn(JSON.parse(data) as CompletionChunk);
    },
  });
  const decoder = new TextDecoder();
  const response = await post(`${url}/v1/chat/completions`, { ...params, stream: true });
  for await (const bytes of response.body!) parser.feed(decoder.decode(bytes, { stream: true }));
  return text.length;
}

async function chat(url: string): Promise<number> {
  const response = await post(`${url}/v1/chat/completions`, params);
  const { choices } = (await response.json()) as ChatCompletionResponse;
  return (choices[0]!.message.content as string).length;
}
