import OpenAI from 'openai';

import { embeddingParams, lengthOf, params, repeat, timeOnTheWay, timeToFirst, together } from '../inputs.ts';

/** @type {import('../works.ts').Contender} */
export const contender = {
  streamWhole: (url) => lengthOf(textsOf(url)),
  streamEvent: (url) => lengthOf(textsOf(url)),
  streamSplit: (url) => lengthOf(textsOf(url)),
  async accumulate(url) {
    const stream = client(url).chat.completions.stream(params);
    return (await stream.finalContent()).length;
  },
  firstEvent: (url, count) => timeToFirst(count, () => textsOf(url)),
  paced: (url) => timeOnTheWay(textsOf(url)),
  concurrentStreams: (url, count) => together(count, () => lengthOf(textsOf(url))),
  chat: (url, count) => repeat(count, () => chat(url)),
  concurrentCalls: (url, count) => together(count, () => chat(url)),
  embeddings: (url, count) =>
    repeat(count, async () => {
      // Else it asks for base64, which is another response than the others get.
      const { data } = await client(url).embeddings.create({ ...embeddingParams, encoding_format: 'float' });
      return data.reduce((sum, { embedding }) => sum + embedding.length, 0);
    }),
};

const clients = new Map();

function client(url) {
  const openai = clients.get(url) ?? new OpenAI({ apiKey: 'key', baseURL: `${url}/v1` });
  clients.set(url, openai);
  return openai;
}

async function* textsOf(url) {
  const stream = await client(url).chat.completions.create({ ...params, stream: true });
  for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? '';
}

async function chat(url) {
  const { choices } = await client(url).chat.completions.create(params);
  return choices[0].message.content.length;
}
