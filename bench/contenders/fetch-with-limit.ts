import type { ChatCompletionResponse } from 'mistral-sdk';
import { params, repeat, together } from '../inputs.js';
import type { Contender } from '../works.js';
import { get, post, paginate } from './bare.js';

/** The floor for calls that may not wait forever: a timer that ends the request, and a look at the status. */
export const contender: Contender = {
  chat: (url, count) => repeat(count, () => chat(url)),
  concurrentCalls: (url, count) => together(count, () => chat(url)),
  paginate: (url) => paginate(url, (page) => limited((signal) => get(page, signal))),
};

async function chat(url: string): Promise<number> {
  const { choices } = await limited<ChatCompletionResponse>((signal) =>
    post(`${url}/v1/chat/completions`, params, signal),
  );
  return (choices[0]!.message.content as string).length;
}

async function limited<Data>(call: (signal: AbortSignal) => Promise<Response>): Promise<Data> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 600_000);
  try {
    const response = await call(controller.signal);
    if (!response.ok) throw new Error(`The API responded with status ${response.status}`);
    return (await response.json()) as Data;
  } finally {
    clearTimeout(timer);
  }
}
