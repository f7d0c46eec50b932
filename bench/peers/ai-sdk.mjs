import { createMistral } from '@ai-sdk/mistral';
import { generateText, streamText } from 'ai';

import { lengthOf, params, repeat, timeOnTheWay, timeToFirst, together } from '../inputs.ts';

/** @type {import('../works.ts').Contender} */
export const contender = {
  streamWhole: (url) => lengthOf(textsOf(url)),
  streamEvent: (url) => lengthOf(textsOf(url)),
  streamSplit: (url) => lengthOf(textsOf(url)),
  accumulate: async (url) => (await stream(url).text).length,
  firstEvent: (url, count) => timeToFirst(count, () => textsOf(url)),
  paced: (url) => timeOnTheWay(textsOf(url)),
  concurrentStreams: (url, count) => together(count, () => lengthOf(textsOf(url))),
  chat: (url, count) => repeat(count, () => chat(url)),
  concurrentCalls: (url, count) => together(count, () => chat(url)),
};

const models = new Map();

function model(url) {
  const made = models.get(url) ?? createMistral({ apiKey: 'key', baseURL: `${url}/v1` })(params.model);
  models.set(url, made);
  return made;
}

const stream = (url) => streamText({ model: model(url), messages: params.messages });
const textsOf = (url) => stream(url).textStream;

async function chat(url) {
  const { text } = await generateText({ model: model(url), messages: params.messages });
  return text.length;
}
