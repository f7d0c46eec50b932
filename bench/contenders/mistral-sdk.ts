import { Mistral } from 'mistral-sdk';

import { document, embeddingParams, params, repeat, timeOnTheWay, timeToFirst, together } from '../inputs.js';
import type { Contender } from '../works.js';
import { textIn } from './bare.js';

export const contender: Contender = {
  streamWhole: readStream,
  streamEvent: readStream,
  streamSplit: readStream,
  firstEvent: (url, count) => timeToFirst(count, () => textsOf(url)),
  paced: (url) => timeOnTheWay(textsOf(url)),
  concurrentStreams: (url, count) => together(count, () => readStream(url)),
  async accumulate(url) {
    const { content } = await client(url).chat.stream(params).finalMessage();
    return (content as string).length;
  },
  chat: (url, count) => repeat(count, () => chat(client(url))),
  concurrentCalls(url, count) {
    const mistral = client(url);
    return together(count, () => chat(mistral));
  },
  embeddings: (url, count) =>
    repeat(count, async () => {
      const { data } = await client(url).embeddings.create({
        model: embeddingParams.model,
        input: embeddingParams.input,
      });
      return data.reduce((sum, { embedding }) => sum + embedding!.length, 0);
    }),
  ocr: (url, count) =>
    repeat(count, async () => {
      const { pages } = await client(url).ocr.process({ model: 'mistral-ocr-latest', document });
      return pages.reduce((sum, { markdown }) => sum + markdown.length, 0);
    }),
  async paginate(url) {
    let length = 0;
    for await (const { id } of client(url).batch.jobs.list({ page_size: 100 })) length += id.length;
    return length;
  },
};

const clients = new Map<string, Mistral>();

/** One for a server, as programs have. */
function client(baseURL: string): Mistral {
  const mistral = clients.get(baseURL) ?? new Mistral({ apiKey: 'key', baseURL });
  clients.set(baseURL, mistral);
  return mistral;
}

async function readStream(url: string): Promise<number> {
  let text = '';
  for await (const chunk of client(url).chat.stream(params)) text += textIn(chunk);
  return text.length;
}

async function* textsOf(url: string): AsyncGenerator<string> {
  for await (const chunk of client(url).chat.stream(params)) yield textIn(chunk);
}

async function chat(mistral: Mistral): Promise<number> {
  const { choices } = await mistral.chat.complete(params);
  return (choices[0]!.message.content as string).length;
}
