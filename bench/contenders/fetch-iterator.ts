import { createParser } from 'eventsource-parser';

import type { CompletionChunk } from 'mistral-sdk';
import { lengthOf, params, timeOnTheWay, timeToFirst, together } from '../inputs.js';
import type { Contender } from '../works.js';
import { post, textIn } from './bare.js';

/** The floor for those who want to `for await` over chunks, so that they can wait for something between two. */
export const contender: Contender = {
  streamWhole: (url) => lengthOf(textsOf(url)),
  streamEvent: (url) => lengthOf(textsOf(url)),
  streamSplit: (url) => lengthOf(textsOf(url)),
  accumulate: (url) => lengthOf(textsOf(url)),
  concurrentStreams: (url, count) => together(count, () => lengthOf(textsOf(url))),
  firstEvent: (url, count) => timeToFirst(count, () => textsOf(url)),
  paced: (url) => timeOnTheWay(textsOf(url)),
};

async function* textsOf(url: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let chunks: CompletionChunk[] = [];
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') chunks.push(JSON.parse(data) as CompletionChunk);
    },
  });
  const response = await post(`${url}/v1/chat/completions`, { ...params, stream: true });
  for await (const bytes of response.body!) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    for (const chunk of chunks) yield textIn(chunk);
    chunks = [];
  }
}
