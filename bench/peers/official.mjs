import { Mistral } from '@mistralai/mistralai';

import {
  document,
  embeddingParams,
  lengthOf,
  params,
  repeat,
  timeOnTheWay,
  timeToFirst,
  together,
} from '../inputs.ts';

const documentUrl = { type: document.type, documentUrl: document.document_url };
const { model } = embeddingParams;

/** @type {import('../works.ts').Contender} */
export const contender = {
  streamWhole: (url) => lengthOf(textsOf(url)),
  streamEvent: (url) => lengthOf(textsOf(url)),
  streamSplit: (url) => lengthOf(textsOf(url)),
  accumulate: (url) => lengthOf(textsOf(url)),
  firstEvent: (url, count) => timeToFirst(count, () => textsOf(url)),
  paced: (url) => timeOnTheWay(textsOf(url)),
  concurrentStreams: (url, count) => together(count, () => lengthOf(textsOf(url))),
  chat: (url, count) => repeat(count, () => chat(url)),
  concurrentCalls: (url, count) => together(count, () => chat(url)),
  embeddings: (url, count) =>
    repeat(count, async () => {
      const { data } = await client(url).embeddings.create({ model, inputs: embeddingParams.input });
      return data.reduce((sum, { embedding }) => sum + embedding.length, 0);
    }),
  ocr: (url, count) =>
    repeat(count, async () => {
      const { pages } = await client(url).ocr.process({ model: 'mistral-ocr-latest', document: documentUrl });
      return pages.reduce((sum, { markdown }) => sum + markdown.length, 0);
    }),
  async paginate(url) {
    let length = 0;
    for (let page = 0, total = 1; page * 100 < total; page += 1) {
      const list = await client(url).batch.jobs.list({ page, pageSize: 100 });
      for (const { id } of list.data ?? []) length += id.length;
      total = list.total;
    }
    return length;
  },
};

const clients = new Map();

function client(serverURL) {
  const mistral = clients.get(serverURL) ?? new Mistral({ apiKey: 'key', serverURL });
  clients.set(serverURL, mistral);
  return mistral;
}

async function* textsOf(url) {
  for await (const { data } of await client(url).chat.stream(params))
    yield data.choices[0]?.delta.content ?? '';
}

async function chat(url) {
  const { choices } = await client(url).chat.complete(params);
  return choices[0].message.content.length;
}
